import { join } from "node:path";
import { root } from "./paths.mjs";
import { prepare, stopping } from "./prepare.mjs";

/**
 * Installs, builds what has changed and runs a program of this repository, whose exit status becomes that of this
 * process.
 *
 * @param {readonly string[]} packages What has to be built.
 * @param {string} folder Where the program runs, relative to the root.
 * @param {readonly string[]} args Its script, and the arguments of that.
 */
export async function runBuilt(packages, folder, args) {
  await prepare();
  // Not before the installation.
  const [{ buildStale }, { execa }] = await Promise.all([import("./build.mjs"), import("execa")]);
  if (!(await buildStale(packages))) process.exit(1);

  const options = /** @type {const} */ ({ cwd: join(root, folder), stdio: "inherit", reject: false });
  const program = execa(process.execPath, [...args], { ...options, forceKillAfterDelay: false });
  stopping.stop = (signal) => {
    // A terminal sends Ctrl+C to the program too, and the meeting's server takes a second one as an order to hurry.
    if (signal === "SIGTERM" || process.stdin.isTTY !== true) program.kill(signal);
  };
  const { exitCode, signal } = await program;
  process.exitCode = exitCode ?? 1;
  if (signal === undefined) return;
  // The caller sees the same end as if it had started the program itself.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
