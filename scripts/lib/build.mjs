import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";
import { elapsed, say } from "./say.mjs";

/**
 * @typedef {object} Task What turbo says of one build.
 * @property {string} package
 * @property {string} directory
 * @property {string} command
 * @property {string} hash Of everything that the build depends on, see turbo.json.
 */

const env = { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };

/**
 * Builds the packages whose inputs have changed since their last build, each after the packages that it needs.
 *
 * @param {readonly string[]} [names] The packages, with everything that they need; default all.
 * @param {string} [top] The folder of the workspace.
 * @returns {Promise<boolean>} Whether everything is built. An error has been printed.
 */
export function buildStale(names = [], top = root) {
  return withLock(join(top, "node_modules", ".cache", "sig", "build"), async () => {
    const filters = names.map((name) => `--filter=${name}...`);
    const dry = await run("turbo", ["run", "build", "--dry=json", ...filters], { cwd: top, env });
    if (!dry.ok) return fail(dry.output);
    /** @type {{ tasks: Task[] }} */
    const { tasks } = JSON.parse(dry.output.slice(dry.output.indexOf("\n{") + 1));
    // dist/ holds the hash, so that a build that is removed or replaced takes it along. It is not published.
    const stampOf = (/** @type {Task} */ { directory }) => join(top, directory, "dist", ".build-inputs");
    const isBuilt = (/** @type {Task} */ task) =>
      existsSync(stampOf(task)) && readFileSync(stampOf(task), "utf8") === task.hash;
    const stale = tasks.filter((task) => task.command !== "<NONEXISTENT>" && !isBuilt(task));
    if (stale.length === 0) return done("Build: nothing has changed.");

    const since = performance.now();
    for (const task of stale) rmSync(stampOf(task), { force: true });
    const { packageManager } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
    const chosen = stale.map((task) => `--filter=${task.package}`);
    const turbo = ["turbo", "run", "build", "--only", "--concurrency=2", "--output-logs=errors-only", ...chosen];
    // pnpm runs turbo, so that turbo finds pnpm.
    const result = await run("npx", ["--yes", packageManager, "exec", ...turbo], { cwd: top, env });
    if (!result.ok) return fail(result.output);
    for (const task of stale) writeFileSync(stampOf(task), task.hash);
    return done(`Built ${stale.map((task) => task.package).join(", ")} in ${elapsed(since)}.`);
  });
}

/** @param {string} line */
function done(line) {
  say(line);
  return true;
}

/** @param {string} output */
function fail(output) {
  say(`${output.trimEnd()}\nThe build failed; see its output above.`);
  return false;
}
