import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildStale } from "./build.mjs";
import { complainAboutNode, ensureInstalled } from "./install.mjs";
import { whenOrphaned } from "./orphan.mjs";
import { root } from "./paths.mjs";
import { stopRunning } from "./run.mjs";

/** @type {import("node:child_process").ChildProcess | undefined} */
let program;

/**
 * Installs, builds what has changed and runs a program of this repository, once in a process, whose exit status is that of the program.
 *
 * @param {readonly string[]} packages What has to be built.
 * @param {string} folder Where it runs, seen from the root.
 * @param {readonly string[]} args Its script, and what that is given.
 */
export async function runBuilt(packages, folder, args) {
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  whenOrphaned(() => stop("SIGTERM"));

  const complaint = complainAboutNode();
  if (complaint !== undefined) fail(complaint);
  if (!(await ensureInstalled())) process.exit(1);
  if (!(await buildStale(packages))) process.exit(1);

  program = spawn(process.execPath, [...args], { cwd: join(root, folder), stdio: "inherit" });
  program.on("error", (error) => fail(`${folder} could not be started: ${error.message}`));
  program.on("exit", (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal === null) return;
    // Who started this sees the same end as who would have started the program.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** @param {"SIGINT" | "SIGTERM"} signal */
function stop(signal) {
  if (program === undefined) {
    stopRunning();
    process.exit(1);
  }
  // A terminal sends Ctrl+C to the program too, and the server of the meeting takes a second one for impatience.
  if (signal === "SIGTERM" || process.stdin.isTTY !== true) program.kill(signal);
}

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
