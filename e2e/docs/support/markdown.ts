import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";

/** A fenced block of code. */
export interface CodeBlock {
  /** What stands behind the fence, as `ts`. */
  readonly language: string;
  /** The name in a comment on the first line, as in `// server.js`; empty where there is none. */
  readonly title: string;
  /** The code, less that comment. */
  readonly code: string;
}

/** @returns the text of a file of this repository; throws an Error that names it when there is none. */
export function readDocument(path: string): string {
  const file = join(root, path);
  if (!existsSync(file)) throw new Error(`${path} is missing.`);
  return readFileSync(file, "utf8");
}

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms)].map(([, language = "", body = ""]) => {
    const [, title = ""] = /^\/\/ ([\w./-]+)\n/.exec(body) ?? [];
    return { language, title, code: title === "" ? body : body.slice(body.indexOf("\n") + 1) };
  });
}

/** @returns the one block with a title; throws an Error when there is none or more than one. */
export function blockTitled(markdown: string, title: string): string {
  const found = codeBlocks(markdown).filter((block) => block.title === title);
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`One code block begins with "// ${title}", not ${found.length}.`);
  return only.code;
}

/** Where links and pictures lead, less those to other hosts. */
export function localLinks(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```.*?^```$/gms, "").replaceAll(/`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** The anchors that a page offers, as GitHub makes them of its headings. */
export function anchors(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}
