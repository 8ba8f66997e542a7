/**
 * Asks again and again until it is so. Rejects after `timeoutMs` with what was waited for: 20 s is far more than
 * anything here takes, so that a busy machine is not a failure.
 */
export async function until(what: string, isSo: () => Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Waited ${String(timeoutMs)} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
