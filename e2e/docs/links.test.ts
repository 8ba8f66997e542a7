import { existsSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/lib/paths.mjs";
import { filesOf } from "./support/files.js";
import { anchors, localLinks, readDocument } from "./support/markdown.js";

/** Every page of the repository that people read, by its path. */
const pages = filesOf().filter((path) => path.endsWith(".md"));

describe.each(pages)("%s", (page) => {
  test("links to pages and headings that exist", () => {
    const lost = localLinks(readDocument(page)).filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : posix.join(dirname(page), decodeURI(path));
      if (!existsSync(join(root, target))) return true;
      if (anchor === undefined || statSync(join(root, target)).isDirectory() || !target.endsWith(".md")) return false;
      return !anchors(readDocument(target)).includes(decodeURIComponent(anchor));
    });
    expect(lost).toEqual([]);
  });
});
