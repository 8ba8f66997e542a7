import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";

const fixtures = join(root, "e2e", "packaging", "fixtures");
const isExact = (version: string) => /^(?:npm:.+@)?\d+\.\d+\.\d+$/.test(version);
const read = (...path: string[]) => readFileSync(join(fixtures, ...path), "utf8");

describe.each(readdirSync(fixtures))("The locked versions of %s", (name) => {
  test("are exact", () => {
    const { dependencies, overrides } = JSON.parse(read(name, "package.json")) as Record<
      string,
      Record<string, string>
    >;
    const versions = Object.values({ ...dependencies, ...overrides });
    expect(versions.filter((version) => !isExact(version))).toEqual([]);
  });

  test("name no registry", () => {
    expect(read(name, "package-lock.json")).not.toMatch(/"resolved"|\bregistry\b/);
  });
});

test.each(["hosts", "packaging/compilers"])("e2e/%s names exact versions, which pnpm-lock.yaml locks", (folder) => {
  const manifest = JSON.parse(readFileSync(join(root, "e2e", folder, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const versions = Object.entries(manifest.devDependencies).filter(([name]) => name !== "@types/node");
  expect(versions.filter(([, version]) => version !== "workspace:*" && !isExact(version))).toEqual([]);
});
