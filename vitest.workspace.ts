import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Packages are read from their sources: tests need no build. */
const conditions = ["@sig/source", "module", "node", "development|production"];
const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/**
 * The test projects, from the quickest to the slowest. Each group waits for the one before it: a browser that shares
 * its processor with everything else says little about how long something takes.
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...fromSource,
        // A timeout here ends what hangs; how quick something is says a benchmark.
        test: { name: "unit", include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"], testTimeout: 30_000, sequence: { groupOrder: 0 } },
      },
      {
        ...fromSource,
        test: {
          name: "types",
          include: [],
          sequence: { groupOrder: 0 },
          typecheck: { enabled: true, only: true, include: ["packages/*/test/**/*.test-d.ts"], tsconfig: "./tsconfig.types.json" },
        },
      },
      {
        ...fromSource,
        test: {
          name: "integration",
          include: ["packages/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts", "e2e/node/**/*.test.ts"],
          testTimeout: 30_000,
          // Vitest would leave one processor of two without work.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "packaging",
          include: ["e2e/packaging/**/*.test.ts", "e2e/docs/**/*.test.ts"],
          globalSetup: ["e2e/packaging/support/global-setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "browser",
          include: ["e2e/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // Tests of outages wait most of the time: those of a file that are marked as concurrent run side by side.
          maxConcurrency: 4,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
