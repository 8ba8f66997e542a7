import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { digest, inputFiles, workspacePackages } from "./workspace.mjs";

/** A temporary folder with these files. */
function tree(files: Record<string, string>): string {
  const top = mkdtempSync(join(tmpdir(), "sig-workspace-"));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  return top;
}

const listed = {
  "pnpm-workspace.yaml": "packages:\n  - packages/*\n  - tests\n\nonlyBuiltDependencies:\n  - esbuild\n",
};
const manifest = (name: string, rest: object = {}) => JSON.stringify({ name, ...rest });

describe("The packages of the workspace", () => {
  test("come each after those it needs, whatever their names", () => {
    const top = tree({
      ...listed,
      "packages/a/package.json": manifest("a", { dependencies: { c: "workspace:*", elsewhere: "1" } }),
      "packages/b/package.json": manifest("b", { scripts: { build: "tsup" } }),
      "packages/c/package.json": manifest("c", { peerDependencies: { b: "workspace:*" } }),
      "packages/no-package/readme.md": "",
      "tests/package.json": manifest("tests", { private: true, devDependencies: { a: "workspace:*" } }),
    });
    expect(workspacePackages(top).map(({ name, build, needs }) => [name, build, needs])).toEqual([
      ["b", "tsup", []],
      ["c", undefined, ["b"]],
      ["a", undefined, ["c"]],
      ["tests", undefined, ["a"]],
    ]);
  });

  test("may test with one another, but not need one another", () => {
    const needs = (kind: string, name: string) => ({ [kind]: { [name]: "workspace:*" } });
    const twins = (kind: string) => ({
      ...listed,
      "packages/a/package.json": manifest("a", needs(kind, "b")),
      "packages/b/package.json": manifest("b", needs(kind, "a")),
    });
    expect(workspacePackages(tree(twins("devDependencies")))).toHaveLength(2);
    expect(() => workspacePackages(tree(twins("dependencies")))).toThrow("These packages need each other: a, b.");
  });
});

describe("The inputs of a build", () => {
  test("are its sources and its configuration, not its tests, its readme or what was built", () => {
    const top = tree({
      "src/index.ts": "",
      "src/deep/inner.ts": "",
      "src/index.test.ts": "",
      "src/world.sim.ts": "",
      "test/rules.ts": "",
      "dist/index.js": "",
      "node_modules/x/index.js": "",
      "README.md": "",
      "package.json": "",
    });
    expect(inputFiles(top).map((file) => relative(top, file))).toEqual([
      "package.json",
      "src/deep/inner.ts",
      "src/index.ts",
    ]);
  });

  test("have another digest when a byte, a name or a file differs, or anything else they depend on", () => {
    const top = tree({ "a.txt": "1", "b.txt": "1" });
    const [a, b] = [join(top, "a.txt"), join(top, "b.txt")];
    const before = digest([a, b]);
    expect(digest([a, b])).toBe(before);
    const others = [
      digest([a]),
      digest([b]),
      digest([b, a]),
      digest([a, b, join(top, "absent")]),
      digest([a, b], ["x"]),
    ];
    writeFileSync(a, "2");
    others.push(digest([a, b]));
    expect(new Set([before, ...others]).size).toBe(others.length + 1);
  });
});
