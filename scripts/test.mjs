import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildStale } from "./lib/build.mjs";
import { ensureChromium } from "./lib/ensure-chromium.mjs";
import { ensureCoturn } from "./lib/ensure-coturn.mjs";
import { ensureDevices } from "./lib/ensure-devices.mjs";
import { ensureFirefox } from "./lib/ensure-firefox.mjs";
import { complainAboutNode, ensureInstalled } from "./lib/install.mjs";
import { whenOrphaned } from "./lib/orphan.mjs";
import { root } from "./lib/paths.mjs";
import { run, runTool, sideBySide, stopRunning, toolPath } from "./lib/run.mjs";
import { elapsed, say } from "./lib/say.mjs";
import { countTests, lastLine } from "./lib/test-report.mjs";

/** @typedef {import("./lib/test-report.mjs").Counts} Counts */

/**
 * Runs everything: lint, types, arrows, builds, API reports, every test project. Each goes on where another one failed.
 * The last line is `N passed, N failed`; the exit status is 0 only when nothing failed. `--long` takes the long way.
 */
// A caller who silences npm itself still wants to hear why an npm inside the tests failed.
delete process.env.npm_config_loglevel;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.once(signal, stop);
whenOrphaned(stop);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** @type {Counts[]} */
const counts = [];
const complaint = complainAboutNode();
if (complaint !== undefined) say(complaint);
if (complaint !== undefined || !(await ensureInstalled())) {
  counts.push({ passed: 0, failed: 1, skipped: 0, remarks: [] });
} else {
  counts.push(await check("chromium", ensureChromium));
  counts.push(await check("firefox", ensureFirefox));
  counts.push(await check("coturn", ensureCoturn));
  counts.push(await check("devices", ensureDevices));
  const chains = [
    [() => check("build", buildStale), () => check("api", () => runScript("api", "--check"))],
    [() => check("format", () => runScript("format:check")), () => check("lint", () => runScript("lint"))],
    [() => check("typecheck", () => runScript("typecheck"))],
    [() => check("arrows", () => runScript("arrows"))],
  ];
  counts.push(...(await sideBySide(chains, 2, inTurn)).flat());
  counts.push(await runTests());
}
const failures = counts.flatMap(({ remarks }) => remarks);
if (failures.length > 0) say(`\n${failures.join("\n")}`);
process.exitCode = counts.some(({ failed }) => failed > 0) ? 1 : 0;
say(lastLine(counts));

/** Ends early, and takes along what was started. */
function stop() {
  stopRunning();
  process.exit(1);
}

/**
 * One thing that holds or does not, counted as one test.
 *
 * @param {string} name
 * @param {() => Promise<boolean>} judge Prints what is wrong itself.
 * @returns {Promise<Counts>}
 */
async function check(name, judge) {
  const since = performance.now();
  const ok = await judge();
  say(`${ok ? "ok" : "FAILED"} ${name} (${elapsed(since)})`);
  return {
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    skipped: 0,
    remarks: ok ? [] : [`${name} failed; what it said is above.`],
  };
}

/** @param {(() => Promise<Counts>)[]} checks Of which one needs what the one before it has made. */
async function inTurn(checks) {
  const counts = [];
  for (const judge of checks) counts.push(await judge());
  return counts;
}

/** @param {string} name A script of the root package.json, so that this and `pnpm lint` cannot differ. @param {string} [flags] */
async function runScript(name, flags = "") {
  const { ok, output } = await run(`${scripts[name]} ${flags}`, [], { shell: true, env: toolPath(root) });
  if (!ok) say(output.trimEnd());
  return ok;
}

/** @returns {Promise<Counts>} */
async function runTests() {
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
