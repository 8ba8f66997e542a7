import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "./lib/paths.mjs";

interface Dependency {
  specifier: string;
  version: string;
}
type Dependencies = Record<string, string>;

const { importers, snapshots } = parse(readFileSync(join(root, "pnpm-lock.yaml"), "utf8")) as {
  importers: Record<string, Partial<Record<"dependencies" | "devDependencies", Record<string, Dependency>>>>;
  snapshots: Record<string, Partial<Record<"dependencies" | "optionalDependencies", Dependencies>>>;
};

/** The first versions without a vulnerability that is known. */
const least = {
  "socket.io": "4.6.2", // CVE-2024-38355
  "socket.io-parser": "4.2.7", // CVE-2026-33151, CVE-2026-69185
  ws: "8.21.1", // CVE-2026-48779, CVE-2026-62389
} as const;

/** `name@version` of everything that a folder of this repository needs, with whatever that needs. */
function installed(folder: string): Set<string> {
  const found = new Set<string>();
  const { dependencies, devDependencies } = importers[folder] ?? {};
  const waiting = Object.entries({ ...dependencies, ...devDependencies }).map(
    ([name, { version }]) => [name, version] as const,
  );
  for (const [name, version] of waiting) {
    // Another name for a package, or a folder of this repository.
    const key = snapshots[version] === undefined ? `${name}@${version}` : version;
    if (found.has(key)) continue;
    found.add(key);
    const needs = { ...snapshots[key]?.dependencies, ...snapshots[key]?.optionalDependencies };
    waiting.push(...Object.entries(needs));
  }
  return found;
}

/** What is served or loaded by what users install. Tests of old versions (e2e/hosts) need those. */
const folders = Object.keys(importers).filter((folder) => /^(packages|examples)\//.test(folder));

function isAtLeast(version: string, bound: string): boolean {
  const [one, other] = [version, bound].map((text) => text.split(".").map(Number));
  const difference = one!.map((part, index) => part - (other![index] ?? 0)).find((part) => part !== 0);
  return (difference ?? 0) >= 0;
}

describe("T33: the locked versions", () => {
  test.each(Object.entries(least))(
    "T33: of %s are at least %s, wherever packages and examples need it",
    (name, bound) => {
      const versions = new Set<string>();
      for (const folder of folders)
        for (const key of installed(folder)) {
          const version = new RegExp(`^${name}@(\\d+\\.\\d+\\.\\d+)`).exec(key)?.[1];
          if (version !== undefined) versions.add(version);
        }
      expect(versions.size).toBeGreaterThan(0);
      expect([...versions].filter((version) => !isAtLeast(version, bound))).toEqual([]);
    },
  );

  test("T33: the ranges of @sig/server begin at those versions", () => {
    const manifest = JSON.parse(readFileSync(join(root, "packages/server/package.json"), "utf8")) as Record<
      "dependencies" | "peerDependencies",
      Dependencies
    >;
    const ranges = { ...manifest.dependencies, ...manifest.peerDependencies };
    for (const [name, bound] of Object.entries(least))
      expect(isAtLeast(ranges[name]!.replace("^", ""), bound), `${name} ${ranges[name]!}`).toBe(true);
  });
});
