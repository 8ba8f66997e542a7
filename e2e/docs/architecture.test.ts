import { posix } from "node:path";
import { expect, test } from "vitest";
import { filesOf } from "./support/files.js";
import { readDocument } from "./support/markdown.js";

const page = readDocument("docs/architecture.md");

test.each(["protocol", "server", "client", "conformance"])(
  "the page on the architecture names every file of %s that is shipped",
  (name) => {
    const shipped = filesOf(`packages/${name}/src`).filter((path) => /(?<!\.test)\.ts$/.test(path));
    expect(shipped.filter((path) => !page.includes(`${posix.basename(path)}\``))).toEqual([]);
  },
);

test("the page on the architecture names no file that is not there", () => {
  const there = ["packages", "examples", "e2e", "bench", "scripts"].flatMap((folder) => filesOf(folder));
  const named = Array.from(page.matchAll(/`((?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.ts)`/g), ([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(50);
  expect(
    named.filter((path) => path !== "vitest.workspace.ts" && !there.some((file) => file.endsWith(`/${path}`))),
  ).toEqual([]);
});
