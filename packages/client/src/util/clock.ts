/** Time and timers. Tests replace it by `FakeClock` of `@sig/client/testing`. */
export interface Clock {
  /** Milliseconds since some moment; never decreases. */
  now(): number;
  /** Calls `run` once, after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
