import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Packages resolve to their sources, as in `npm test`. */
const conditions = ["@sig/source", "module", "node", "development|production"];

/** A file of the folder that holds this one: of the copy with the mutants, since Stryker runs the tests there. */
const source = (path: string): string => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    conditions,
    // The links in `node_modules` lead out of the copy, to code without mutants.
    alias: [
      { find: /^@sig\/server$/, replacement: source("server/src/index.ts") },
      { find: /^@sig\/client$/, replacement: source("client/src/index.ts") },
      { find: /^@sig\/client\/testing$/, replacement: source("client/src/testing/index.ts") },
    ],
  },
  ssr: { resolve: { conditions } },
  test: {
    include: process.env.SIG_MUTATION_TESTS?.split("\n") ?? [],
    // Thousands of random runs take seconds, for each mutant.
    exclude: ["**/node_modules/.pnpm/**", "**/reliable-link-runs.test.ts"],
    // A mutant may make a test wait for ever. A test that passes takes less than a second.
    testTimeout: 4000,
  },
});
