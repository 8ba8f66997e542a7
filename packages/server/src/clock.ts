/** Tells the time and runs functions later. Tests put one of their own in its place. */
export interface Clock {
  /** Milliseconds since some moment; it never goes back. */
  now(): number;
  /**
   * Calls `run` once, after `ms` milliseconds.
   * @returns a function that cancels the call
   */
  after(ms: number, run: () => void): () => void;
  /** Milliseconds since 1970. Default: `Date.now`. */
  epochMs?(): number;
}

/** The clock of this process. Its timers never keep the process running. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
