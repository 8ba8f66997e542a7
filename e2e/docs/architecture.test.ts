import { createRequire } from "node:module";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { filesOf } from "./support/files.js";
import { readDocument, tableBelow } from "./support/markdown.js";

const page = readDocument("docs/architecture.md");

describe("docs/architecture.md", () => {
  test.each(["protocol", "server", "client", "conformance"])("names every published file of %s", (name) => {
    const published = filesOf(`packages/${name}/src`).filter((path) => /(?<!\.test|\.sim)\.ts$/.test(path));
    expect(published.filter((path) => !page.includes(`${posix.basename(path)}\``))).toEqual([]);
  });

  test("names no file that does not exist", () => {
    const existing = ["packages", "examples", "e2e", "bench", "scripts"].flatMap((folder) => filesOf(folder));
    const named = Array.from(page.matchAll(/`((?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.ts)`/g), ([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((path) => !existing.some((file) => file === path || file.endsWith(`/${path}`)))).toEqual([]);
  });

  test("names every rule about imports, and no other", () => {
    const { forbidden } = createRequire(import.meta.url)(join(root, ".dependency-cruiser.cjs")) as {
      forbidden: { name: string }[];
    };
    const named = tableBelow(page, "Packages and arrows").flatMap(([rules = ""]) =>
      Array.from(rules.matchAll(/`([\w-]+)`/g), ([, rule]) => rule),
    );
    expect(named.sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });
});
