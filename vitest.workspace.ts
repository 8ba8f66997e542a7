import { defineConfig } from "vitest/config";

/** Packages are read from their sources: tests need no build. */
const conditions = ["@sig/source", "module", "node", "development|production"];
const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** The test projects, from the quickest to the slowest. */
export default defineConfig({
  test: {
    projects: [
      { ...fromSource, test: { name: "unit", include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"] } },
      {
        ...fromSource,
        test: {
          name: "types",
          include: [],
          typecheck: { enabled: true, only: true, include: ["packages/*/test/**/*.test-d.ts"], tsconfig: "./tsconfig.types.json" },
        },
      },
      { ...fromSource, test: { name: "integration", include: ["packages/*/test/**/*.test.ts"], testTimeout: 30_000 } },
      {
        ...fromSource,
        test: { name: "packaging", include: ["e2e/packaging/**/*.test.ts", "e2e/docs/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
      },
      {
        ...fromSource,
        test: { name: "browser", include: ["e2e/browser/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false },
      },
    ],
  },
});
