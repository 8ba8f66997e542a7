/** Time and timers. Tests replace it by `FakeClock` of `@sig/client/testing`. */
export interface Clock {
  /** Milliseconds since some moment; never decreases. */
  now(): number;
  /** Calls `run` once, after `ms` milliseconds, however many. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The longest delay of `setTimeout`: with a longer one it runs at once. */
export const longestDelayMs = 2 ** 31 - 1;

/** A timer of more than 24 days runs after 24 days. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, longestDelayMs));
    return () => {
      clearTimeout(timer);
    };
  },
};
