import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";
import { elapsed, say } from "./say.mjs";
import { digest, packageFolders } from "./workspace.mjs";

const stamp = join(root, "node_modules", ".cache", "sig", "installed");

/** @returns {string | undefined} A sentence for the person whose Node is too old. */
export function complainAboutNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  // 20.19 is the oldest Node 20 that the bundler of the example runs on.
  if (major > 20 || (major === 20 && minor >= 19)) return undefined;
  return `This needs Node.js 20.19 or later; here is ${version}. See https://nodejs.org/.`;
}

/**
 * Installs what the lockfile names, unless the last installation was of the same lockfile and manifests.
 *
 * @returns {Promise<boolean>} Whether everything is in place; what went wrong has been printed.
 */
export async function ensureInstalled() {
  const folders = packageFolders();
  const manifests = [root, ...folders].map((folder) => join(folder, "package.json"));
  const wanted = digest(
    [...manifests, join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml")],
    [process.platform, process.arch],
  );
  const complete = folders.every((folder) => existsSync(join(folder, "node_modules")));
  if (complete && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;

  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  say(`Installing the dependencies with ${packageManager}. The first time takes about a minute.`);
  const since = performance.now();
  const pnpm = ["--yes", packageManager, "install", "--frozen-lockfile", "--config.confirm-modules-purge=false"];
  // On Windows npx is a script for the shell.
  const result = await run("npx", pnpm, { shell: process.platform === "win32" });
  if (!result.ok) {
    say(`${result.output}\nThe dependencies could not be installed; what pnpm said is above.`);
    return false;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  say(`Installed in ${elapsed(since)}.`);
  return true;
}
