/**
 * Calls back when npm has ended and left this process behind: npm hands a signal to its shell, and the shell ends
 * without handing it on. Does nothing in a process that npm did not start, and does not keep this one alive.
 *
 * @param {() => void} stop
 */
export function whenOrphaned(stop) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 200);
  watch.unref();
}
