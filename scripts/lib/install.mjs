import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";
import { elapsed, say } from "./say.mjs";
import { packageFolders } from "./workspace.mjs";

/** @returns {string | undefined} A sentence for the person whose Node is too old. */
export function complainAboutNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  // 20.19 is the oldest Node 20 that the bundler of the example runs on.
  if (major > 20 || (major === 20 && minor >= 19)) return undefined;
  return `This needs Node.js 20.19 or later; here is ${version}. See https://nodejs.org/.`;
}

/**
 * Installs the dependencies, unless the last installation, by this or by pnpm itself, was of the same lock file.
 *
 * @returns {Promise<boolean>} Whether everything is installed. An error has been printed.
 */
export async function ensureInstalled() {
  // pnpm keeps a copy of the lock file that it installed.
  const [wanted, installed] = [join(root, "pnpm-lock.yaml"), join(root, "node_modules", ".pnpm", "lock.yaml")];
  const isComplete = packageFolders().every((folder) => existsSync(join(folder, "node_modules")));
  if (isComplete && existsSync(installed) && readFileSync(installed).equals(readFileSync(wanted))) return true;

  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  say(`Installing the dependencies with ${packageManager}. The first time takes about a minute.`);
  const since = performance.now();
  const pnpm = ["--yes", packageManager, "install", "--frozen-lockfile", "--config.confirm-modules-purge=false"];
  // On Windows npx is a script for the shell.
  const result = await run("npx", pnpm, { shell: process.platform === "win32" });
  if (!result.ok) {
    say(`${result.output}\nThe dependencies could not be installed; see the output of pnpm above.`);
    return false;
  }
  say(`Installed in ${elapsed(since)}.`);
  return true;
}
