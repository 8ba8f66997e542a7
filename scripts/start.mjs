import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildStale } from "./lib/build.mjs";
import { complainAboutNode, ensureInstalled } from "./lib/install.mjs";
import { whenOrphaned } from "./lib/orphan.mjs";
import { root } from "./lib/paths.mjs";
import { stopRunning } from "./lib/run.mjs";

/** Installs, builds what has changed and runs the example meeting. Its exit status is that of the server. */
/** @type {import("node:child_process").ChildProcess | undefined} */
let server;
process.on("SIGTERM", () => stop("SIGTERM"));
process.on("SIGINT", () => stop("SIGINT"));
whenOrphaned(() => stop("SIGTERM"));

const complaint = complainAboutNode();
if (complaint !== undefined) fail(complaint);
if (!(await ensureInstalled())) process.exit(1);
if (!(await buildStale(["@sig-examples/server", "@sig-examples/web"]))) process.exit(1);

server = spawn(process.execPath, ["dist/main.js"], { cwd: join(root, "examples", "server"), stdio: "inherit" });
server.on("error", (error) => fail(`The server could not be started: ${error.message}`));
server.on("exit", (code, signal) => {
  process.exitCode = code ?? 1;
  if (signal === null) return;
  // Who started this sees the same end as who would have started the server.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

/** @param {"SIGINT" | "SIGTERM"} signal */
function stop(signal) {
  if (server === undefined) {
    stopRunning();
    process.exit(1);
  }
  // A terminal sends Ctrl+C to the server too, and the server takes a second one for impatience.
  if (signal === "SIGTERM" || process.stdin.isTTY !== true) server.kill(signal);
}

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
