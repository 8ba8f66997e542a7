import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";
import type { CodeBlock } from "./markdown.js";

/** Writes a block of JavaScript or TypeScript as a module that Node.js runs, and returns the name of the file. */
export async function writeProgram(folder: string, name: string, { code, language }: CodeBlock): Promise<string> {
  const { code: script } = await transform(code, { loader: language === "ts" ? "ts" : "js", format: "esm" });
  await writeFile(join(folder, `${name}.mjs`), script);
  return `${name}.mjs`;
}

/** Whether a block is JavaScript or TypeScript. */
export function isScript({ language }: CodeBlock): boolean {
  return language === "js" || language === "ts";
}

/** Whether a block is a program that serves. */
export function isServer({ code }: CodeBlock): boolean {
  return code.includes(".listen(");
}

/** What a block says that it prints: the comments beside its `console.log`, as Node.js quotes strings. */
export function documentedOutput({ code }: CodeBlock): string[] {
  return Array.from(code.matchAll(/^console\.log\(.*; \/\/ (.*)$/gm), ([, text = ""]) => text.replaceAll('"', "'"));
}
