import { expect, test } from "vitest";
import { filesOf } from "./support/files.js";
import { compiledFolder } from "./support/installed.js";
import { codeBlocks, readDocument } from "./support/markdown.js";

/** The files of the guide are one program, which its own test compiles and runs. */
const pages = filesOf("docs").filter((path) => path.endsWith(".md") && path !== "docs/guide.md");

test("every block of JavaScript and TypeScript in docs/ compiles against the published packages", async () => {
  const files = pages.flatMap((page) =>
    codeBlocks(readDocument(page))
      .filter(({ language }) => language === "js" || language === "ts")
      .map(({ language, code }, index) => [`${page.replace(/\W/g, "-")}-${String(index)}.${language}`, code] as const),
  );
  expect(files.length).toBeGreaterThan(5);
  await compiledFolder("documents", Object.fromEntries(files));
});
