/** "Full jitter": anywhere between nothing and a bound that doubles, so that a thousand clients do not come back at once. */
export function backoff(
  attempt: number,
  { rejoinDelayMs, rejoinMaxDelayMs }: { rejoinDelayMs: number; rejoinMaxDelayMs: number },
): number {
  return Math.random() * Math.min(rejoinMaxDelayMs, rejoinDelayMs * 2 ** Math.min(attempt, 30));
}
