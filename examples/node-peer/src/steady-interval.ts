/**
 * Runs a task every `ms` milliseconds, counted from the start: a late timer catches up, so that sound does not slow
 * down. Returns a function that stops it.
 */
export function setSteadyInterval(ms: number, task: () => void): () => void {
  const start = performance.now();
  let runs = 0;
  const timer = setInterval(() => {
    for (const due = Math.floor((performance.now() - start) / ms); runs < due; runs += 1) task();
  }, ms);
  return () => clearInterval(timer);
}
