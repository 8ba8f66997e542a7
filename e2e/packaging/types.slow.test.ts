import { describe, expect, test } from "vitest";
import { run } from "../../scripts/lib/run.mjs";
import { consumerFolder } from "./support/packed.js";
import { typedProgram } from "./support/programs.js";
import { packedPackages } from "./support/provided.js";

const { consumers, compilers } = await packedPackages();

const strict = {
  target: "es2022",
  lib: ["es2022", "dom"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  // The declarations of TypeScript itself.
  skipDefaultLibCheck: true,
  types: ["node"],
};

/** Once each way: the declarations of dependencies are checked in the first. Those of engine.io need TypeScript 5.7. */
const skipsLibraries = (compiler: string, resolution: string) => compiler === "5.5" || resolution === "bundler";

/** The client of Socket.IO 4.7.0 has no types for CommonJS. */
const files = (consumer: string) => (consumer === "socket.io-4.7.0" ? ["main.mts"] : ["main.mts", "main.cts"]);

type Settings = readonly [module: string, resolution: string, files: readonly string[]];

/** Outside the long tests the older versions of Socket.IO are tried with the newest compiler. */
function compilersFor(consumer: string): [version: string, tsc: string][] {
  const all = Object.entries(compilers);
  const isNewest = consumer === Object.keys(consumers).at(-1);
  return isNewest || process.env.SIG_LONG !== undefined ? all : all.slice(-1);
}

/** Outside the long tests a bundler's resolution is tried with one set of versions. */
function settingsFor(consumer: string): Settings[] {
  const settings: Settings[] = [["node16", "node16", files(consumer)]];
  const isTried = process.env.SIG_LONG !== undefined || consumer === Object.keys(consumers).at(-1);
  if (isTried) settings.push(["preserve", "bundler", ["main.ts"]]);
  return settings;
}

describe.each(Object.entries(consumers))("A strict program with %s", (consumer, folder) => {
  describe.each(compilersFor(consumer))("compiles with TypeScript %s", (compiler, tsc) => {
    test.each(settingsFor(consumer))("for module %s and resolution %s", async (module, moduleResolution, files) => {
      const compilerOptions = {
        ...strict,
        module,
        moduleResolution,
        skipLibCheck: skipsLibraries(compiler, moduleResolution),
      };
      const own = await consumerFolder({ folder }, `types-${compiler}-${moduleResolution}`, {
        "tsconfig.json": JSON.stringify({ compilerOptions, files }),
        ...Object.fromEntries(files.map((file) => [file, typedProgram])),
      });
      const { ok, output } = await run(process.execPath, [tsc, "-p", own]);
      expect(ok, output).toBe(true);
    });
  });
});
