import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { root } from "./paths.mjs";
import { run, sideBySide, toolPath } from "./run.mjs";
import { elapsed, say } from "./say.mjs";
import { digest, inputFiles, workspacePackages } from "./workspace.mjs";

/** @typedef {import("./workspace.mjs").WorkspacePackage} WorkspacePackage */

/** What every build depends on, beside the package itself and those it needs. */
const shared = ["pnpm-lock.yaml", "tsconfig.base.json", "tsup.base.ts"].map((name) => join(root, name));

/** Lies in dist/, so that removing or replacing the build takes it along. Packages leave it out of what they publish. */
const stampName = ".build-inputs";

/**
 * Builds the packages whose inputs have changed since they were built last, each after those it needs.
 *
 * @param {readonly string[]} [names] Which packages, with all that they need; absent means every one.
 * @returns {Promise<boolean>} Whether everything is built; what went wrong has been printed.
 */
export function buildStale(names) {
  return withLock(join(root, "node_modules", ".cache", "sig", "build.lock"), async () => {
    const packages = withNeeds(workspacePackages(), names).filter(({ build }) => build !== undefined);
    const wanted = inputDigests(packages);
    let waiting = packages.filter((each) => !isBuilt(each, wanted));
    if (waiting.length === 0) {
      say("Build: nothing has changed.");
      return true;
    }
    while (waiting.length > 0) {
      const pending = new Set(waiting.map(({ name }) => name));
      const ready = waiting.filter(({ needs }) => !needs.some((name) => pending.has(name)));
      const built = await sideBySide(ready, Math.min(2, availableParallelism()), (each) => buildOne(each, wanted));
      if (built.includes(false)) return false;
      waiting = waiting.filter((each) => !ready.includes(each));
    }
    return true;
  });
}

/** @param {WorkspacePackage[]} packages @param {readonly string[] | undefined} names @returns {WorkspacePackage[]} */
function withNeeds(packages, names) {
  if (names === undefined) return packages;
  const chosen = new Set(names);
  // They come in order: whoever is needed stands further in front.
  for (const { name, needs } of [...packages].reverse())
    if (chosen.has(name)) for (const need of needs) chosen.add(need);
  return packages.filter(({ name }) => chosen.has(name));
}

/** @param {WorkspacePackage[]} packages In order. @returns {Map<string, string>} */
function inputDigests(packages) {
  /** @type {Map<string, string>} */
  const digests = new Map();
  for (const { name, folder, needs } of packages) {
    const below = needs.map((need) => digests.get(need) ?? "");
    digests.set(name, digest([...inputFiles(folder), ...shared], below));
  }
  return digests;
}

/** @param {WorkspacePackage} each @param {Map<string, string>} wanted */
function isBuilt({ name, folder }, wanted) {
  const stamp = join(folder, "dist", stampName);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === wanted.get(name);
}

/** @param {WorkspacePackage} each @param {Map<string, string>} wanted @returns {Promise<boolean>} */
async function buildOne({ name, folder, build = "" }, wanted) {
  const since = performance.now();
  const stamp = join(folder, "dist", stampName);
  // Whatever a failing build leaves behind is nobody's build.
  rmSync(stamp, { force: true });
  const result = await run(build, [], { cwd: folder, env: toolPath(folder), shell: true });
  if (!result.ok) {
    say(`${result.output}\nBuilding ${name} failed; what it said is above.`);
    return false;
  }
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeFileSync(stamp, wanted.get(name) ?? "");
  say(`Built ${name} in ${elapsed(since)}.`);
  return true;
}
