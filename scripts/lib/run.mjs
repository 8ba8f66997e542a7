import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { root } from "./paths.mjs";

/**
 * @typedef {object} Outcome
 * @property {boolean} ok Whether it ended with status 0.
 * @property {number} status The exit status; 1 where it could not be started or a signal ended it.
 * @property {string} output What it printed on both streams; empty when it printed straight to the terminal.
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** Whether a child leads a process group, which a signal reaches as a whole: a shell hands no signal on. */
const grouped = process.platform !== "win32";

/** Asks everything that still runs to end. */
export function stopRunning() {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(grouped ? -pid : pid, "SIGTERM");
    } catch {
      // It has just ended by itself.
    }
  }
}

/**
 * Runs a command to its end. Never rejects: a command that cannot be started is an outcome too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, shell?: boolean, inherit?: boolean }} [options]
 *   `inherit` prints straight to the terminal, otherwise the output is collected. There is no standard input.
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd = root, env = {}, shell = false, inherit = false } = {}) {
  return new Promise((resolve) => {
    const output = inherit ? /** @type {const} */ ("inherit") : /** @type {const} */ ("pipe");
    const stdio = /** @type {const} */ (["ignore", output, output]);
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: [...stdio],
      detached: grouped,
    });
    running.add(child);
    child.on("close", () => running.delete(child));
    let printed = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => (printed += text));
    child.stderr?.setEncoding("utf8").on("data", (text) => (printed += text));
    child.on("error", (error) => resolve({ ok: false, status: 1, output: `${printed}${error.message}\n` }));
    child.on("close", (code) => resolve({ ok: code === 0, status: code ?? 1, output: printed }));
  });
}

/**
 * @param {string} folder
 * @returns {Record<string, string>} An environment in which a package's scripts find their tools, as `npm run` makes it.
 */
export function toolPath(folder) {
  const tools = [join(folder, "node_modules", ".bin"), join(root, "node_modules", ".bin")];
  return { PATH: [...tools, process.env.PATH ?? ""].join(delimiter) };
}

/**
 * Runs a script of a dependency by Node itself: no shell, no search for a binary.
 *
 * @param {string} script A path inside node_modules, as "typescript/bin/tsc".
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runTool(script, args, options) {
  return run(process.execPath, [join(root, "node_modules", ...script.split("/")), ...args], options);
}

/**
 * Works through a list with a few workers side by side; the results keep the order of the list.
 *
 * @template Item, Result
 * @param {readonly Item[]} items
 * @param {number} workers
 * @param {(item: Item) => Promise<Result>} work
 * @returns {Promise<Result[]>}
 */
export async function sideBySide(items, workers, work) {
  /** @type {Result[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(/** @type {Item} */ (items[index]));
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return results;
}
