import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { runTool } from "../../scripts/lib/run.mjs";
import { packageNames, readManifest } from "./support/packed.js";
import { packedPackages } from "./support/provided.js";

const { folder, tarballs } = await packedPackages();

describe.each(packageNames)("The tarball of %s", (name) => {
  const installed = join(folder, "node_modules", name);

  test("holds the build, a license and a readme, and neither sources nor tests", async () => {
    const files = (await readdir(installed, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
    expect(files).toEqual(
      expect.arrayContaining(["LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.cjs"]),
    );
    const expected =
      /^(LICENSE|README\.md|package\.json|dist\/[\w./-]+\.(c?js|d\.c?ts)(\.map)?|bin\/[\w-]+\.js|vectors\/[\w.-]+\.(json|md)|schema\/[\w-]+\.json)$/;
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
    expect(files.filter((file) => /(^|\/)(src|test)\/|\.(test|sim)\.|build-inputs/.test(file))).toEqual([]);
  });

  test("has a readme that links to nothing outside of it, and installs no package that is not published", async () => {
    const text = await readFile(join(installed, "README.md"), "utf8");
    const links = [...text.matchAll(/\]\((?!https:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(installed, link)))).toEqual([]);
    const commands = [...text.matchAll(/^npm (?:install|i|add) .*$/gm)].map(([line]) => line);
    expect(commands.filter((line) => packageNames.some((each) => line.split(" ").includes(each)))).toEqual([]);
  });

  test("names nothing of the workspace it comes from", async () => {
    const manifest = await readManifest(installed);
    expect(JSON.stringify(manifest.exports)).not.toContain("@sig/source");
    expect(JSON.stringify(manifest.dependencies ?? {})).not.toContain("workspace:");
  });

  test("exports in the repository what it exports when it is published", async () => {
    const { exports: published } = await readManifest(installed);
    const { exports: here } = await readManifest(join(root, "packages", name.replace(/^(@sig\/|sig-)/, "")));
    expect(withoutSources(here)).toEqual(published);
  });

  test("is clean for publint, strictly", async () => {
    const tarball = await readFile(tarballs[name] ?? "");
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: new Uint8Array(tarball).buffer } });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("has correct types for every kind of module resolution", async () => {
    const { output, ok } = await runTool("@arethetypeswrong/cli/dist/index.js", [
      tarballs[name] ?? "",
      "--no-color",
      "--no-emoji",
      "--format",
      "ascii",
      // For `<script type="module">`: no resolver of a bundler or of Node ever sees it.
      "--exclude-entrypoints",
      "./browser",
    ]);
    expect(ok, output).toBe(true);
  });
});

/** Exports as they are written in the repository, without the condition that leads to the sources. */
function withoutSources(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([condition]) => condition !== "@sig/source");
  return Object.fromEntries(kept.map(([condition, target]) => [condition, withoutSources(target)]));
}
