/** @param {string} line Printed on standard output. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * @param {number} since The `performance.now()` of the beginning.
 * @returns {string} The time since then, as in "4.2 s".
 */
export function elapsed(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
