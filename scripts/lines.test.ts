import { readFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { root } from "./lib/paths.mjs";

/** ESLint holds the lines of TypeScript and JavaScript. */
const files = globSync("examples/**/*.{c,h,py}", { cwd: root, ignore: ["**/node_modules/**"] }).sort();

const longLines = (text: string): number[] =>
  text.split("\n").flatMap((line, index) => (line.length > 120 ? [index + 1] : []));

describe("A line of C or Python", () => {
  test("is too long from 121 characters on", () => {
    expect(longLines(`${"x".repeat(120)}\n${"x".repeat(121)}\n`)).toEqual([2]);
  });

  test("has at most 120 characters in every example", () => {
    expect(files.length).toBeGreaterThan(20);
    const found = files.flatMap((file) =>
      longLines(readFileSync(join(root, file), "utf8")).map((at) => `${file}:${at}`),
    );
    expect(found).toEqual([]);
  });
});
