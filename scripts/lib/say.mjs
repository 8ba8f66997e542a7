/** @param {string} line One line for the person who waits. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * @param {number} since What `performance.now()` said at the beginning.
 * @returns {string} How long ago that is, as in "4.2 s".
 */
export function elapsed(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
