/** What tells the time. `FakeClock` of `@sig/client/testing` takes its place in tests. */
export interface Clock {
  /** Milliseconds since some moment; it never goes back. */
  now(): number;
  /** Calls `run` once, after this many milliseconds; returns what prevents it. */
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
