import { writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { grouped, track } from "./children.mjs";
import { root } from "./paths.mjs";

/**
 * @typedef {object} Outcome
 * @property {boolean} ok Whether it ended with status 0.
 * @property {number} status The exit status; 1 if it could not be started or a signal ended it.
 * @property {string} output What it printed on both streams, or why it could not be started; empty with `inherit`.
 */

/**
 * Runs a program to its end. Never rejects. Programs of the dependencies are found by name.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{
 *   cwd?: string, env?: Record<string, string>, shell?: boolean, inherit?: boolean, inBackground?: boolean
 * }} [options]
 *   `inherit` prints to the terminal instead of collecting the output. `inBackground` leaves the processors to other
 *   programs that need them. There is no standard input.
 * @returns {Promise<Outcome>}
 */
export async function run(command, args, options = {}) {
  const { cwd = root, env = {}, shell = false, inherit = false, inBackground = false } = options;
  const output = inherit ? "inherit" : "pipe";
  const local = { preferLocal: true, localDir: root, cwd, env, shell, detached: grouped };
  const collected = { reject: false, all: true, stripFinalNewline: false };
  const child = track(
    execa(command, args, { ...local, ...collected, stdin: "ignore", stdout: output, stderr: output }),
  );
  if (inBackground && child.pid !== undefined) leaveProcessors(child.pid);
  const result = await child;
  const { failed, exitCode, all = "", code, shortMessage } = result;
  return { ok: !failed, status: exitCode ?? 1, output: code === undefined ? String(all) : `${all}${shortMessage}\n` };
}

/**
 * Gives a program the lowest priority, in its own session and among all sessions: Linux may share the processors among
 * these first (autogroup), and a program that can be stopped with its children has a session of its own.
 *
 * @param {number} pid
 */
function leaveProcessors(pid) {
  setPriority(pid, constants.priority.PRIORITY_LOW);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW));
  } catch {
    // There is none.
  }
}

/**
 * Runs a script of a dependency by Node.js itself.
 *
 * @param {string} script A path inside node_modules, as "typescript/bin/tsc".
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runTool(script, args, options) {
  return run(process.execPath, [join(root, "node_modules", ...script.split("/")), ...args], options);
}
