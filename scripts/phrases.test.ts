import { readFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "./lib/paths.mjs";

/**
 * cspell reads word by word. This test finds the phrases among its `flagWords`, in the same files and the same text.
 */
interface Spelling {
  ignorePaths: string[];
  ignoreRegExpList: string[];
  overrides: { filename: string[]; flagWords?: string[] }[];
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const { ignorePaths, ignoreRegExpList, overrides } = parse(read("cspell.config.yaml")) as Spelling;
const glossary = overrides.find(({ flagWords }) => flagWords !== undefined);
const better = new Map(
  glossary?.flagWords?.map((entry) => entry.split("->") as [string, string]).filter(([word]) => word.includes(" ")),
);

const ignored = ignoreRegExpList.flatMap((pattern) => {
  const [, source, flags] = /^\/(.*)\/([a-z]*)$/.exec(pattern) ?? [];
  return source === undefined ? [] : [new RegExp(source, flags)];
});

/** A phrase may be a name in camel case or with hyphens, and may go on in the next line of a comment. */
const alternatives = Array.from(better.keys(), (phrase) => phrase.replaceAll(" ", "[\\s_*/#>-]+")).join("|");
const anyPhrase = new RegExp(`(?<![a-z])(?:${alternatives})(?![a-z])`, "gi");
const newWord = /(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g;

/** Each as `line: phrase`. */
function phrasesIn(text: string): string[] {
  const shown = ignored.reduce((rest, pattern) => rest.replace(pattern, (hidden) => hidden.replace(/\S/g, "-")), text);
  const words = shown.replace(newWord, " ");
  return Array.from(words.matchAll(anyPhrase), ({ 0: found, index }) => {
    const line = words.slice(0, index).split("\n").length;
    return `${line}: ${found.toLowerCase().replace(/[^a-z]+/g, " ")}`;
  });
}

/** The paths of `.gitignore`, which cspell leaves out too, as globs. */
const untracked = read(".gitignore")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => (line.startsWith("/") ? line.slice(1) : `**/${line}`));

describe("A phrase that the glossary replaces", () => {
  test("is among the forbidden words of cspell.config.yaml", () => {
    expect(better.size).toBeGreaterThan(12);
  });

  test.each([...better.keys()])('"%s" is found in prose, names and comments, and nowhere else', (phrase) => {
    const [first = "", ...others] = phrase.split(" ");
    const rest = others.join(" ");
    const pascal = phrase.replace(/(?:^| )(.)/g, (_, letter: string) => letter.toUpperCase());
    const texts = [
      `\nA ${phrase} here.`,
      `\n# ${phrase.toUpperCase()}`,
      `\nconst my${pascal} = 1;`,
      `\nimport "./${phrase.replaceAll(" ", "-")}.js";`,
      `/**\n * One ${first}\n * ${rest}. */`,
      `\n// One ${first}\n// ${rest}.`,
    ];
    expect(texts.map(phrasesIn)).toEqual(texts.map(() => [`2: ${phrase}`]));
    expect(phrasesIn(`${first}. ${rest} ${first}x ${rest} x${phrase}`)).toEqual([]);
  });

  test("stands in no file", () => {
    const ignore = [...ignorePaths, ...untracked, ".git/"].map((path) => (path.endsWith("/") ? `${path}**` : path));
    const files = globSync(glossary?.filename ?? [], { cwd: root, dot: true, ignore });
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) => phrasesIn(read(file)).map((phrase) => `${file}:${phrase}`));
    expect(found.map((entry) => `${entry} -> ${better.get(entry.replace(/^.*: /, "")) ?? ""}`).sort()).toEqual([]);
  });
});
