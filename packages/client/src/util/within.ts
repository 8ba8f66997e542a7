import type { Clock } from "./clock.js";

/** Resolves with a promise that never rejects, or after `ms`, whichever comes first. */
export function within(promise: Promise<void>, ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(ms, resolve);
    void promise.then(() => {
      stop();
      resolve();
    });
  });
}
