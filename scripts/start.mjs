import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildStale } from "./lib/build.mjs";
import { complainAboutNode, ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";

/** Installs, builds what has changed and runs the example meeting. Its exit status is that of the server. */
const complaint = complainAboutNode();
if (complaint !== undefined) fail(complaint);
if (!(await ensureInstalled())) process.exit(1);
if (!(await buildStale(["@sig-examples/server", "@sig-examples/web"]))) process.exit(1);

const server = spawn(process.execPath, ["dist/main.js"], { cwd: join(root, "examples", "server"), stdio: "inherit" });
server.on("error", (error) => fail(`The server could not be started: ${error.message}`));
server.on("exit", (code, signal) => {
  process.exitCode = code ?? 1;
  if (signal === null) return;
  // Who started this sees the same end as who would have started the server.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

process.on("SIGTERM", () => server.kill("SIGTERM"));
process.on("SIGINT", () => {
  // A terminal sends Ctrl+C to the server too, and the server takes a second one for impatience.
  if (process.stdin.isTTY !== true) server.kill("SIGINT");
});

// npm hands a signal to its shell, and the shell ends without handing it on: then nobody is left who could stop the server.
const parent = process.ppid;
if (process.env.npm_lifecycle_event === "start" && process.platform !== "win32") {
  setInterval(() => process.ppid !== parent && server.kill("SIGTERM"), 200).unref();
}

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
