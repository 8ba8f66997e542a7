import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { root } from "../lib/paths.mjs";
import { say } from "../lib/say.mjs";
import { folders } from "./folders.mjs";
import { replaceSection, section } from "./report.mjs";

/** A folder with a lower score, in percent, fails. */
const lowest = 85;
const cache = "node_modules/.cache/mutation";
const report = join(root, "docs", "mutation-testing.md");

/**
 * Changes the code of the named folders, or of all, one change at a time, and runs the tests that execute it: which
 * changes does no test notice? The results of earlier runs are used again where neither the code nor its tests changed.
 */
const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in folders));
if (unknown.length > 0) {
  say(`Unknown folder ${unknown.map((name) => `"${name}"`).join(", ")}. Known: ${Object.keys(folders).join(", ")}.`);
  process.exit(1);
}
process.chdir(root);
for (const [name, folder] of Object.entries(folders))
  if (named.length === 0 || named.includes(name)) await mutate(name, folder);
say(`The survivors are in docs/mutation-testing.md.`);

/**
 * @param {string} name
 * @param {import("./folders.mjs").Folder} folder
 */
async function mutate(name, folder) {
  process.env.SIG_MUTATION_TESTS = folder.tests.join("\n");
  const stryker = new Stryker({
    mutate: [`${folder.mutate}/**/*.ts`, "!**/*.test.ts"],
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "scripts/mutation/vitest.config.ts", related: false },
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile: `${cache}/${name}.json`,
    // Linters, spell checkers and Git look into no `node_modules`.
    tempDirName: `${cache}/sandbox`,
    ignorePatterns: ["/e2e", "/bench", "/examples", "/packed", "dist", ".turbo"],
    reporters: ["progress-append-only", "clear-text"],
    clearTextReporter: { allowColor: false, reportMutants: false, reportTests: false },
    concurrency: 2,
    timeoutMS: 10_000,
    // Sets the exit code.
    thresholds: { high: 95, low: lowest, break: lowest },
  });
  const mutants = await stryker.runMutationTest();
  writeFileSync(report, replaceSection(readFileSync(report, "utf8"), name, section(folder.mutate, mutants)));
}
