import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { declaredIn } from "../docs/support/symbols.js";
import { packedPackages } from "./support/provided.js";

const { folder } = await packedPackages();
const names = JSON.parse(readFileSync(join(root, "packages/client/internal-names.json"), "utf8")) as string[];
const packed = join(relative(root, folder), "node_modules/@sig/client/dist");

/** Files below the root, by patterns. */
const files = (...patterns: string[]): string[] => globSync(patterns, { cwd: root, expandDirectories: false });
const declared = (paths: readonly string[]): Set<string> => new Set(paths.flatMap((path) => [...declaredIn(path)]));

/** Where a name would mean the same to somebody else. */
const foreign: Record<string, string[]> = {
  "the published types": files(`${packed}/*.d.ts`),
  "the protocol": files("packages/protocol/src/**/*.ts"),
  "browsers, or of JavaScript": files("node_modules/typescript/lib/lib.*.d.ts"),
  "socket.io-client": files("packages/client/node_modules/socket.io-client/build/esm/*.d.ts"),
};

describe("the names that the build of the client shortens", () => {
  test.each(Object.entries(foreign))("are not those of %s", (_, paths) => {
    const others = declared(paths);
    expect(others.size).toBeGreaterThan(50);
    expect(names.filter((name) => others.has(name))).toEqual([]);
  });

  test("are declared in its sources, and are read by name alone", () => {
    const sources = files("packages/client/src/**/*.ts", "!**/*.test.ts");
    const own = declared(sources);
    expect(names.filter((name) => !own.has(name))).toEqual([]);
    const text = sources.map((path) => readFileSync(join(root, path), "utf8")).join("\n");
    expect(names.filter((name) => text.includes(`"${name}"`))).toEqual([]);
  });

  test("are not read from statistics of browsers, which TypeScript's own types do not have", () => {
    const statistics = [...declared(files("packages/client/src/**/*.ts", "!**/*.test.ts"))].flatMap(
      (name) => /^\w*(?:Report|Stats)\.(\w+)$/.exec(name)?.[1] ?? [],
    );
    expect(statistics).toEqual(expect.arrayContaining(["localId", "candidateType", "relayProtocol"]));
    expect(names.filter((name) => statistics.includes(name))).toEqual([]);
  });

  test("are in no published script", () => {
    const scripts = files(`${packed}/**/*.{js,cjs}`);
    expect(scripts.length).toBeGreaterThan(5);
    const text = scripts.map((path) => readFileSync(join(root, path), "utf8")).join("\n");
    expect(names.filter((name) => new RegExp(`(?<![.])[.]${name}\\b`).test(text))).toEqual([]);
  });
});
