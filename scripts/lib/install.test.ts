import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isInstalled, nodeProblem, packageFolders } from "./install.mjs";
import { root } from "./paths.mjs";

const engines = (folder: string): unknown =>
  (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { engines?: { node?: string } }).engines?.node;

test("D02: a checkout that pnpm has installed is not installed again, until its lock file changes", () => {
  const folder = mkdtempSync(join(tmpdir(), "sig-lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const changed = join(folder, "pnpm-lock.yaml");
  writeFileSync(changed, `${readFileSync(join(root, "pnpm-lock.yaml"), "utf8")}# changed\n`);
  expect([isInstalled(), isInstalled(changed)]).toEqual([true, false]);
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
