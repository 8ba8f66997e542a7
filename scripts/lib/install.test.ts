import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isInstalled, nodeProblem, packageFolders } from "./install.mjs";
import { root } from "./paths.mjs";

const engines = (folder: string): unknown =>
  (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { engines?: { node?: string } }).engines?.node;

test("D02: a checkout that pnpm has installed is not installed again, until its lock file changes", () => {
  const top = mkdtempSync(join(tmpdir(), "sig-checkout-"));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  };
  write("pnpm-workspace.yaml", "packages:\n  - packages/*\n");
  write("packages/one/package.json", "{}");
  write("pnpm-lock.yaml", "locked: 1\n");
  expect(isInstalled(top)).toBe(false);
  write("node_modules/.pnpm/lock.yaml", "locked: 1\n");
  write("packages/one/node_modules/.modules", "");
  expect(isInstalled(top)).toBe(true);
  write("pnpm-lock.yaml", "locked: 2\n");
  expect(isInstalled(top)).toBe(false);
});

test("D02: commands, packages and documents ask for the same Node.js", () => {
  expect([nodeProblem("20.18.9"), nodeProblem("18.20.0")]).toEqual([
    expect.stringContaining("20.19 or later"),
    expect.stringContaining("20.19 or later"),
  ]);
  expect([nodeProblem("20.19.0"), nodeProblem("22.0.0")]).toEqual([undefined, undefined]);
  const packages = packageFolders().filter((folder) => engines(folder) !== undefined);
  expect(packages.length).toBeGreaterThanOrEqual(4);
  expect([root, ...packages].filter((folder) => engines(folder) !== ">=20.19")).toEqual([]);

  const documents = ["", "docs", "examples", ...readdirSync(join(root, "packages")).map((name) => `packages/${name}`)]
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    .filter((path) => path.endsWith(".md") && !path.endsWith("CHANGELOG.md"));
  const versions = documents.flatMap((path) =>
    Array.from(readFileSync(join(root, path), "utf8").matchAll(/\bNode(?:\.js)? (\d[\d.]*\d)/g), ([, version]) => [
      path,
      version,
    ]),
  );
  expect(versions.length).toBeGreaterThanOrEqual(3);
  expect(versions.filter(([, version]) => version !== "20.19")).toEqual([]);
});
