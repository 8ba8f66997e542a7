/**
 * Does something every so many milliseconds, measured from the beginning: a timer that is late now and then does not slow
 * sound down. Returns what ends it.
 */
export function every(ms: number, task: () => void): () => void {
  const begun = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    for (const due = Math.floor((performance.now() - begun) / ms); done < due; done += 1) task();
  }, ms);
  return () => clearInterval(timer);
}
