import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import GithubSlugger from "github-slugger";
import { lexer, walkTokens, type Token, type Tokens } from "marked";
import { root } from "../../../scripts/lib/paths.mjs";

/** A fenced block of code. */
export interface CodeBlock {
  /** The words behind the fence, such as `json offer client`. */
  readonly info: string;
  /** The first of them, such as `ts`. */
  readonly language: string;
  /** The name in a comment on the first line, as in `// server.js`; empty if there is none. */
  readonly title: string;
  /** The code without that comment. */
  readonly code: string;
}

/** @returns the text of a file of this repository; throws an Error that names a missing file. */
export function readDocument(path: string): string {
  const file = join(root, path);
  if (!existsSync(file)) throw new Error(`${path} is missing.`);
  return readFileSync(file, "utf8");
}

export function codeBlocks(markdown: string): CodeBlock[] {
  return tokensOf<Tokens.Code>(markdown, "code").map(({ lang = "", text }) => {
    const [firstLine, title = ""] = /^\/\/ ([\w./-]+)(?:, continued)?\n/.exec(text) ?? [""];
    return { info: lang, language: lang.split(" ")[0] ?? "", title, code: `${text.slice(firstLine.length)}\n` };
  });
}

/**
 * @returns a file that a document shows: the blocks with this title, one after the other; throws an Error if there is
 * none.
 */
export function fileShown(markdown: string, title: string): string {
  const found = codeBlocks(markdown).filter((block) => block.title === title);
  if (found.length === 0) throw new Error(`No code block begins with "// ${title}".`);
  return found.map(({ code }) => code).join("\n");
}

/**
 * @returns the rows of the table below a heading, cell by cell, without the header row; throws an Error if there is
 * none.
 */
export function tableBelow(markdown: string, heading: string): string[][] {
  const tokens = lexer(markdown);
  const start = tokens.findIndex((token) => token.type === "heading" && (token as Tokens.Heading).text === heading);
  const table = tokens.slice(start + 1).find(({ type }) => type === "table") as Tokens.Table | undefined;
  if (start < 0 || table === undefined) throw new Error(`There is no table below the heading "${heading}".`);
  return table.rows.map((row) => row.map(({ text }) => text));
}

/** The targets of links and images, except those on other hosts. */
export function localLinks(markdown: string): string[] {
  const targets = [...tokensOf<Tokens.Link>(markdown, "link"), ...tokensOf<Tokens.Image>(markdown, "image")];
  return targets.map(({ href }) => href).filter((href) => !/^[a-z][a-z+.-]*:/i.test(href));
}

/** The anchors of a document, as GitHub makes them of its headings. */
export function anchors(markdown: string): string[] {
  const slugger = new GithubSlugger();
  return tokensOf<Tokens.Heading>(markdown, "heading").map(({ tokens }) => slugger.slug(plainText(tokens)));
}

function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ("tokens" in token && token.tokens ? plainText(token.tokens) : (token as Tokens.Text).text))
    .join("");
}

function tokensOf<Kind extends Token>(markdown: string, type: Kind["type"]): Kind[] {
  const found: Kind[] = [];
  void walkTokens(lexer(markdown), (token) => {
    if (token.type === type) found.push(token as Kind);
  });
  return found;
}
