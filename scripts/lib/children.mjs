/** Programs that run now. Each leads a process group, because a shell does not pass signals on. */
const running = new Set();

/** How to start a program that `stopChildren` can end: see `detached` of `spawn`. */
export const grouped = process.platform !== "win32";

/**
 * @template {import("node:child_process").ChildProcess | import("execa").ResultPromise} Child
 * @param {Child} child
 * @returns {Child}
 */
export function track(child) {
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

/** Asks every program that runs to end. */
export function stopChildren() {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(grouped ? -pid : pid, "SIGTERM");
    } catch {
      // It has just ended by itself.
    }
  }
}

/**
 * Calls back when this process has to end: on SIGINT, on SIGTERM, and when npm has ended. npm passes a signal to its
 * shell, and the shell ends without passing it on.
 *
 * @param {(signal: "SIGINT" | "SIGTERM") => void} stop
 */
export function onStop(stop) {
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("SIGTERM", () => stop("SIGTERM"));
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop("SIGTERM");
  }, 200);
  watch.unref();
}
