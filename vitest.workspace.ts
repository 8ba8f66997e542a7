import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Packages are read from their sources: tests need no build. */
const conditions = ["@sig/source", "module", "node", "development|production"];
const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Tests in browsers that need every processor there is: nothing runs beside them. */
const alone = ["e2e/browser/**/*.alone.test.ts"];

/** Tests of how soon something is, which wait most of the time: two of them side by side, and nothing else. */
const timed = ["e2e/browser/**/*.timed.test.ts"];

/** Vitest would leave one processor of two without work. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

const sharedBrowsers = ["e2e/browser/support/shared-browsers.ts"];

/** Files that take longest, in browsers because they wait: begun first, they go on beside the others. */
const longest = [
  "exploration/calm",
  "exploration/faults-1",
  "exploration/faults-2",
  "exploration/faults-3",
  "packaging/consumers",
  "faults/page-life",
  "faults/restarts",
  "glare",
  "meeting",
  "faults/lossy-signaling",
  "faults/lost-messages",
  "meeting-looks",
  "faults/long-outage",
  "faults/redeploy",
].map((name) => `/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => longest.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/**
 * The test projects, from the quickest to the slowest. Each group waits for the one before it: a browser that shares
 * its processor with everything else says little about how long something takes.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...fromSource,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
          // What is pure leaves nothing behind: the next file may have the same process.
          isolate: false,
          maxWorkers,
          // A timeout here ends what hangs; how quick something is says a benchmark.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "types",
          include: [],
          sequence: { groupOrder: 0 },
          typecheck: {
            enabled: true,
            only: true,
            include: ["packages/*/test/**/*.test-d.ts"],
            tsconfig: "./tsconfig.types.json",
          },
        },
      },
      {
        ...fromSource,
        test: {
          name: "integration",
          include: ["packages/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts", "e2e/node/**/*.test.ts"],
          testTimeout: 30_000,
          // Vitest's own second would say how quick a busy machine is.
          expect: { poll: { timeout: 8000 } },
          // The exploration makes much that is soon forgotten, and every processor has a worker already.
          execArgv: ["--max-semi-space-size=64", "--single-threaded-gc"],
          maxWorkers,
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
          maxWorkers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "browser",
          include: ["e2e/browser/**/*.test.ts"],
          globalSetup: sharedBrowsers,
          exclude: [...alone, ...timed],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // The pages are what is under test, and each file has its own: what drives them is loaded once.
          isolate: false,
          // Tests of outages wait most of the time: two files run side by side, and in each of them the tests that are marked as concurrent.
          maxWorkers: 2,
          maxConcurrency: 3,
          sequence: { groupOrder: 3 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "alone",
          include: alone,
          globalSetup: sharedBrowsers,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "timed",
          include: timed,
          globalSetup: sharedBrowsers,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
