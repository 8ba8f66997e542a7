/** Milliseconds, by a clock that all pages of this machine share. */
export function now() {
  return performance.timeOrigin + performance.now();
}

/**
 * The times at which data channels opened, in order.
 *
 * @type {number[]}
 */
const opened = [];
/** @type {(() => void)[]} */
let waiting = [];

export function channelOpened() {
  opened.push(now());
  for (const resolve of waiting.splice(0)) resolve();
}

/**
 * Provides `window.bench`, which the driver calls.
 *
 * @param {BenchedSystem} system
 */
export function provide(system) {
  window.bench = {
    ...system,
    /** Resolves with the time at which the first channel since `reset` opened. */
    async opened() {
      if (opened.length === 0) await new Promise((resolve) => waiting.push(() => resolve(undefined)));
      return opened[0] ?? NaN;
    },
    reset() {
      opened.length = 0;
      waiting = [];
    },
    async timed(room) {
      opened.length = 0;
      const started = now();
      system.join(room);
      return { started, opened: await window.bench.opened() };
    },
  };
}

/**
 * Resolves once the condition holds.
 *
 * @param {() => boolean} holds
 */
export async function until(holds) {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
