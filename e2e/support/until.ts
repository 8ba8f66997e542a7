/**
 * Polls until the condition holds.
 *
 * @param what - What is waited for; the error names it.
 * @param timeoutMs - Default 20 s, far more than anything here takes: a busy machine is not a failure.
 * @param intervalMs - Between two polls; default 50 ms.
 */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  timeoutMs = 20_000,
  intervalMs = 50,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Timed out after ${String(timeoutMs)} ms: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
