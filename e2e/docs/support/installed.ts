import { expect } from "vitest";
import { run } from "../../../scripts/lib/run.mjs";
import { consumerFolder } from "../../packaging/support/packed.js";
import { packedPackages } from "../../packaging/support/provided.js";

// Tests have a time limit; this has none.
const packed = await packedPackages();

/** The newest: a new project has it, and it is the fastest. */
const tsc = Object.values(packed.compilers).at(-1) ?? "";

export const moduleManifest = JSON.stringify({ type: "module" });

/** How a page's project is set up today: strict, for a bundler, with the DOM. */
const compilerOptions = {
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable"],
  module: "preserve",
  moduleResolution: "bundler",
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  types: ["node"],
};

/** A folder in which the packages are installed as a user installs them, with the files that a document shows. */
export async function installedFolder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  return consumerFolder(packed, name, { "package.json": moduleManifest, ...files });
}

/** The same, and the files compile. */
export async function compiledFolder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const config = JSON.stringify({ compilerOptions, files: Object.keys(files) });
  // A block without imports is a module too.
  const modules = Object.entries(files).map(([file, code]) => [file, `${code}\nexport {};\n`] as const);
  const folder = await installedFolder(name, { ...Object.fromEntries<string>(modules), "tsconfig.json": config });
  const { ok, output } = await run(process.execPath, [tsc, "-p", folder]);
  expect(ok, output).toBe(true);
  return folder;
}
