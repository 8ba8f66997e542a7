import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root } from "../lib/paths.mjs";

/**
 * @typedef {import("@stryker-mutator/core").Stryker} Stryker
 * @typedef {Awaited<ReturnType<Stryker["runMutationTest"]>>[number]} Mutant
 * @typedef {Mutant["location"]} Range
 */

/** The states of a mutant that count, in the order of the columns. */
const counted = /** @type {const} */ (["Killed", "Timeout", "Survived", "NoCoverage"]);

/** Longer code is cut, in characters. */
const longest = 70;

/**
 * The part of the report between the two comments with this name.
 *
 * @param {string} text
 * @param {string} name
 * @param {string} replacement
 */
export function replaceSection(text, name, replacement) {
  const [begin, end] = [`<!-- ${name}: written by npm run mutation -->\n`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The report has no part between ${begin.trim()} and ${end}.`);
  return text.slice(0, from + begin.length) + replacement + text.slice(to);
}

/**
 * The table of one folder, and its survivors.
 *
 * @param {string} folder
 * @param {readonly Mutant[]} mutants
 */
export function section(folder, mutants) {
  /** @type {Record<string, Mutant[]>} */
  const byFile = {};
  for (const mutant of mutants) (byFile[nameOf(folder, mutant)] ??= []).push(mutant);
  const files = Object.entries(byFile).sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    "",
    "| file | killed | timeout | survived | not covered | score |",
    "|---|---|---|---|---|---|",
    ...files.map(([name, ofFile]) => row(`\`${name}\``, ofFile)),
    row("all", mutants),
    "",
    ...files.flatMap(([name, ofFile]) => survivors(name, join(root, folder, name), ofFile)),
    "",
  ].join("\n");
}

/**
 * @param {string} folder
 * @param {Mutant} mutant
 */
function nameOf(folder, { fileName }) {
  return relative(join(root, folder), join(root, relative(root, fileName))).replaceAll(sep, "/");
}

/**
 * @param {string} name
 * @param {readonly Mutant[]} mutants
 */
function row(name, mutants) {
  const counts = counted.map((status) => mutants.filter((mutant) => mutant.status === status).length);
  return `| ${[name, ...counts, score(counts)].join(" | ")} |`;
}

/** @param {readonly number[]} counts In the order of the columns. */
function score([killed = 0, timeout = 0, survived = 0, uncovered = 0]) {
  const detected = killed + timeout;
  const all = detected + survived + uncovered;
  return all === 0 ? "-" : `${((100 * detected) / all).toFixed(1)} %`;
}

/**
 * @param {string} name
 * @param {string} path
 * @param {readonly Mutant[]} mutants
 */
function survivors(name, path, mutants) {
  const lines = readFileSync(path, "utf8").split("\n");
  return mutants
    .filter(({ status }) => status === "Survived" || status === "NoCoverage")
    .sort(({ location: one }, { location: other }) => one.start.line - other.start.line)
    .map(({ location, replacement = "" }) => {
      const at = `\`${name}:${String(location.start.line)}\``;
      return `- ${at}: ${code(textAt(lines, location))} → ${code(replacement)}`;
    });
}

/**
 * @param {readonly string[]} lines
 * @param {Range} range Lines and columns count from 1.
 */
function textAt(lines, { start, end }) {
  const inside = lines.slice(start.line - 1, end.line);
  inside[inside.length - 1] = inside.at(-1)?.slice(0, end.column - 1) ?? "";
  inside[0] = inside[0]?.slice(start.column - 1) ?? "";
  return inside.join("\n");
}

/** @param {string} text One line of code in Markdown, cut between two words. */
function code(text) {
  const line = text.replaceAll(/\s+/g, " ");
  const short = line.length <= longest ? line : `${line.slice(0, longest).replace(/\W*\w*$/, "")} …`;
  return short.includes("`") ? `\`\` ${short} \`\`` : `\`${short}\``;
}
