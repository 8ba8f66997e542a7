import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./paths.mjs";

/**
 * @typedef {object} WorkspacePackage
 * @property {string} name
 * @property {string} folder Absolute.
 * @property {string | undefined} build The script that builds it.
 * @property {readonly string[]} needs Names of the workspace packages that have to be built before it.
 */

/**
 * @param {string} [top] The folder of the workspace.
 * @returns {string[]} The folders of the packages that pnpm-workspace.yaml lists, as `folder` or as `folder/*`.
 */
export function packageFolders(top = root) {
  const listed = readFileSync(join(top, "pnpm-workspace.yaml"), "utf8").matchAll(
    /^ {2}- ["']?([\w/-]+?)(\/\*)?["']?$/gm,
  );
  const folders = [...listed].flatMap(([, name = "", below]) =>
    below === undefined ? [join(top, name)] : subfolders(join(top, name)),
  );
  return folders.filter((folder) => existsSync(join(folder, "package.json")));
}

/** @param {string} parent @returns {string[]} */
function subfolders(parent) {
  if (!existsSync(parent)) return [];
  const entries = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map((entry) => join(parent, entry.name)).sort();
}

/**
 * @param {string} [top] The folder of the workspace.
 * @returns {WorkspacePackage[]} Every package, each after those it needs.
 * @throws an Error that names the packages when they need each other.
 */
export function workspacePackages(top = root) {
  const manifests = packageFolders(top).map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
  }));
  const names = new Set(manifests.map(({ manifest }) => manifest.name));
  const found = manifests.map(({ folder, manifest }) => ({
    name: String(manifest.name),
    folder,
    build: manifest.scripts?.build,
    // What a published package only tests with is not built into it; an application bundles whatever it lists.
    needs: Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...(manifest.private ? manifest.devDependencies : {}),
    }).filter((name) => names.has(name)),
  }));
  return inOrder(found);
}

/** @param {WorkspacePackage[]} packages @returns {WorkspacePackage[]} */
function inOrder(packages) {
  /** @type {WorkspacePackage[]} */
  const ordered = [];
  const waiting = [...packages];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ needs }) => needs.every((name) => ordered.some((done) => done.name === name)));
    if (ready === -1) throw new Error(`These packages need each other: ${waiting.map(({ name }) => name).join(", ")}.`);
    ordered.push(...waiting.splice(ready, 1));
  }
  return ordered;
}

/** What a build leaves behind or does not read. */
const notRead =
  /(^|[\\/])(node_modules|dist|coverage|test|test-results|\.cache|\.turbo)$|\.(test|test-d|sim)\.tsx?$|\.md$|\.tsbuildinfo$/;

/**
 * @param {string} folder
 * @returns {string[]} Every file in it that a build may read, sorted.
 */
export function inputFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !notRead.test(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? inputFiles(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

/**
 * @param {readonly string[]} files Absolute; one that does not exist counts as such.
 * @param {readonly string[]} [more] Other things that the result depends on.
 * @returns {string} A digest of their names and contents.
 */
export function digest(files, more = []) {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = existsSync(file) ? readFileSync(file) : undefined;
    hash.update(`${relative(root, file)}\0${content === undefined ? "absent" : content.length}\0`);
    if (content !== undefined) hash.update(content);
  }
  for (const text of more) hash.update(`${text}\0`);
  return hash.digest("hex");
}
