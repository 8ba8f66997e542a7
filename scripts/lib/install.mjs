import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { grouped, track } from "./children.mjs";
import { root } from "./paths.mjs";
import { elapsed, say } from "./say.mjs";

/** @returns {string | undefined} What to tell a person whose Node.js is too old. */
export function nodeProblem(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  // Vite runs on no older Node 20.
  if (major > 20 || (major === 20 && minor >= 19)) return undefined;
  return `Node.js 20.19 or later is required. This is ${version}. See https://nodejs.org/.`;
}

/**
 * @returns {string[]} The folders that pnpm-workspace.yaml lists, as `folder` or as `folder/*`, if they hold a package.
 */
export function packageFolders(top = root) {
  const listed = readFileSync(join(top, "pnpm-workspace.yaml"), "utf8").matchAll(/^ {2}- ([\w/-]+?)(\/\*)?$/gm);
  return [...listed]
    .flatMap(([, name = "", below]) => (below ? readdirSync(join(top, name)).map((each) => join(name, each)) : [name]))
    .map((folder) => join(top, folder))
    .filter((folder) => existsSync(join(folder, "package.json")));
}

/**
 * @returns {boolean} Whether the last installation, by `ensureInstalled` or by pnpm itself, was of this lock file.
 */
export function isInstalled(top = root) {
  // pnpm keeps a copy of the lock file that it installed.
  const [wanted, installed] = [join(top, "pnpm-lock.yaml"), join(top, "node_modules", ".pnpm", "lock.yaml")];
  const isComplete = packageFolders(top).every((folder) => existsSync(join(folder, "node_modules")));
  return isComplete && existsSync(installed) && readFileSync(installed).equals(readFileSync(wanted));
}

/**
 * Installs the dependencies, unless they are. It runs before anything is installed, and uses nothing but Node.js.
 *
 * @returns {Promise<boolean>} Whether everything is installed. An error has been printed.
 */
export async function ensureInstalled() {
  if (isInstalled()) return true;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  say(`Installing the dependencies with ${packageManager}.`);
  const since = performance.now();
  const args = ["--yes", packageManager, "install", "--frozen-lockfile", "--config.confirm-modules-purge=false"];
  // On Windows npx is a script for the shell.
  const shell = process.platform === "win32";
  const child = track(spawn("npx", args, { cwd: root, shell, stdio: ["ignore", "pipe", "pipe"], detached: grouped }));
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const status = await once(child, "close").then(([code]) => code, String);
  if (status === 0) say(`Installed in ${elapsed(since)}.`);
  else say(`${output}\nInstalling the dependencies failed (${status}); see the output of pnpm above.`);
  return status === 0;
}
