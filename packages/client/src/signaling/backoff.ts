/** Full jitter: a random wait below a bound that doubles, so that a thousand clients do not return at once. */
export function backoff(
  attempt: number,
  { rejoinDelayMs, rejoinMaxDelayMs }: { rejoinDelayMs: number; rejoinMaxDelayMs: number },
): number {
  return Math.random() * Math.min(rejoinMaxDelayMs, rejoinDelayMs * 2 ** Math.min(attempt, 30));
}
