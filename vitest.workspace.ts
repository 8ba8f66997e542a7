import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Packages resolve to their sources: tests need no build. */
const conditions = ["@sig/source", "module", "node", "development|production"];
const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Browser tests that need every processor: nothing runs beside them. */
const alone = ["e2e/browser/**/*.alone.test.ts"];

/**
 * Browser tests with bounds in wall-clock time, which wait most of the time: two files run side by side, and nothing
 * else.
 */
const timed = ["e2e/browser/**/*.timed.test.ts"];

/** Many tests without a browser wait most of the time: one more file than processors keeps these busy. */
const maxWorkers = availableParallelism() + 1;

/** Servers in this process, with real sockets: nothing that a file leaves behind. */
const servers = ["packages/{protocol,server,conformance}/test", "examples/*/test", "e2e/hosts"];

/** Clients, for which files replace globals, timers and modules. */
const clients = ["packages/client/test", "e2e/{node,fuzz,simulation}"];

/** Vitest's default of one second would fail on a busy machine. */
const patient = { testTimeout: 30_000, expect: { poll: { timeout: 8000 } } };

const testsIn = (folders: readonly string[]): string[] => folders.map((folder) => `${folder}/**/*.test.ts`);

const sharedBrowsers = ["e2e/browser/support/shared-browsers.ts"];

/**
 * Files that start first, so that others run beside them: those named `*.slow.test.ts`, and the explorations. The name
 * is the rule, so that no list can become stale. All others run project by project, since only files of one project can
 * share a process, and within it in Vitest's order: the longest of its last run first.
 */
const isSlow = ({ moduleId }: TestSpecification): boolean =>
  /\.slow\.(?:\w+\.)?test\.ts$|\/exploration\//.test(moduleId);

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const others = sorted.filter((file) => !isSlow(file));
    others.sort((one, other) => one.project.name.localeCompare(other.project.name));
    return [...sorted.filter(isSlow), ...others];
  }
}

/**
 * The test projects, from the quickest to the slowest. Each group waits for the one before it: times measured in a
 * browser mean little while everything else runs beside it.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        ...fromSource,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
          // Pure code leaves no state behind: the next file may share the process.
          isolate: false,
          maxWorkers,
          // Only ends a test that hangs; benchmarks measure speed.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            // The native compiler is the fastest.
            checker: "./e2e/packaging/compilers/node_modules/typescript-7.0/bin/tsc",
            include: ["packages/*/test/**/*.test-d.ts"],
            tsconfig: "./tsconfig.types.json",
          },
        },
      },
      {
        ...fromSource,
        test: {
          name: "integration",
          include: testsIn(servers),
          ...patient,
          // To load the modules takes longer than to run most files: the next file may share the process.
          isolate: false,
          maxWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "client",
          include: testsIn(clients),
          ...patient,
          // The explorations allocate many short-lived objects, and every processor has a worker already.
          execArgv: ["--max-semi-space-size=64", "--single-threaded-gc"],
          maxWorkers,
          sequence: { groupOrder: 0 },
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
          sequence: { groupOrder: 0 },
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
          // The pages are under test, and each file has its own: the code that drives them is loaded once.
          isolate: false,
          // Two files side by side, and concurrent tests within each: with three, browsers take paths for lost.
          maxWorkers: 2,
          maxConcurrency: 3,
          sequence: { groupOrder: 1 },
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
          sequence: { groupOrder: 2 },
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
          maxConcurrency: 3,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
