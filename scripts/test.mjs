import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onStop, stopChildren } from "./lib/children.mjs";
import { ensureInstalled, nodeProblem } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { elapsed, say } from "./lib/say.mjs";
import { countTests, lastLine } from "./lib/test-report.mjs";

/** @typedef {import("./lib/test-report.mjs").Counts} Counts */

/**
 * Runs everything: spelling, lint, types, arrows, builds, API reports, every test project. Each goes on if another one
 * failed. The last line is `N passed, N failed`; the exit status is 0 only when nothing failed. `--long` sets SIG_LONG.
 *
 * The tests wait for the build and the tools alone. The checks take what is left of the processors: tests with browsers
 * wait most of the time.
 */
// Whoever silences npm itself still wants to see why an npm inside the tests failed.
delete process.env.npm_config_loglevel;
onStop(() => {
  stopChildren();
  process.exit(1);
});
const problem = nodeProblem();
if (problem !== undefined) say(problem);
const isReady = problem === undefined && (await ensureInstalled());
const counts = isReady ? await runAll() : [{ passed: 0, failed: 1, skipped: 0, remarks: [] }];
const failures = counts.flatMap(({ remarks }) => remarks);
if (failures.length > 0) say(`\n${failures.join("\n")}`);
process.exitCode = counts.some(({ failed }) => failed > 0) ? 1 : 0;
say(lastLine(counts));

/** @returns {Promise<Counts[]>} */
async function runAll() {
  // Not before the installation.
  const { buildStale } = await import("./lib/build.mjs");
  const { ensureTool } = await import("./lib/ensure-tool.mjs");
  const { tools } = await import("./lib/tools.mjs");
  const script = (/** @type {string} */ name, flags = "") => check(name, () => runScript(name, flags));
  const built = check("build", () => buildStale());
  const checks = [
    // The longest first.
    inTurn(["lint", "format:check", "spell"].map((name) => () => script(name))),
    inTurn([() => script("typecheck"), () => built.then(() => script("api", "--check")), () => script("arrows")]),
  ];
  // To download a tool is mostly waiting.
  const needed = [built, ...Object.values(tools).map((tool) => check(tool.name, () => ensureTool(tool)))];
  const counts = await Promise.all(needed);
  return [...counts, await runTests(), ...(await Promise.all(checks)).flat()];
}

/**
 * A check counts as one test.
 *
 * @param {string} name
 * @param {() => Promise<boolean>} hasPassed Prints its errors itself.
 * @returns {Promise<Counts>}
 */
async function check(name, hasPassed) {
  const since = performance.now();
  const ok = await hasPassed();
  say(`${ok ? "ok" : "FAILED"} ${name} (${elapsed(since)})`);
  return {
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    skipped: 0,
    remarks: ok ? [] : [`${name} failed; see its output above.`],
  };
}

/**
 * Runs them one after the other.
 *
 * @param {readonly (() => Promise<Counts>)[]} tasks
 */
async function inTurn(tasks) {
  const counts = [];
  for (const task of tasks) counts.push(await task());
  return counts;
}

/** @param {string} name A script of the root package.json. @param {string} [flags] */
async function runScript(name, flags = "") {
  const { run } = await import("./lib/run.mjs");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { ok, output } = await run(`${scripts[name]} ${flags}`, [], { shell: true, inBackground: true });
  if (!ok) say(output.trimEnd());
  return ok;
}

/** @returns {Promise<Counts>} */
async function runTests() {
  const { runTool } = await import("./lib/run.mjs");
  const folder = mkdtempSync(join(tmpdir(), "sig-tests-"));
  try {
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    /** @type {Record<string, string>} */
    const env = process.argv.includes("--long") ? { SIG_LONG: "1" } : {};
    const { status } = await runTool("vitest/vitest.mjs", ["run", ...reporters], { inherit: true, env });
    return countTests(existsSync(report) ? readFileSync(report, "utf8") : undefined, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
