import { onStop, stopChildren } from "./children.mjs";
import { ensureInstalled, nodeProblem } from "./install.mjs";

/**
 * @type {{ stop: (signal: "SIGINT" | "SIGTERM") => void }} What a signal does; a program that goes on may replace it.
 */
export const stopping = {
  stop() {
    stopChildren();
    process.exit(1);
  },
};

/** Installs the dependencies. Ends the process with status 1 if that fails, or if Node.js is too old. */
export async function prepare() {
  onStop((signal) => stopping.stop(signal));
  const problem = nodeProblem();
  if (problem !== undefined) process.stderr.write(`${problem}\n`);
  if (problem !== undefined || !(await ensureInstalled())) process.exit(1);
}
