import { expect, test } from "vitest";
import { fileShown, readDocument } from "./support/markdown.js";

const guide = readDocument("docs/guide.md");

/** Without the indentation, which is that of the test around it. */
const lines = (code: string): string[] => code.split("\n").map((line) => line.trim());

test.each([
  ["express.js", "apps/express.ts"],
  ["fastify.js", "apps/fastify.ts"],
  ["calls.gateway.ts", "fixtures/nest-11/src/calls/calls.gateway.ts"],
  ["hono.ts", "apps/hono.ts"],
  ["own-namespace.js", "apps/own-namespace.ts"],
  ["parent-namespace.js", "apps/parent-namespace.ts"],
])("the lines of docs/guide.md in %s are those that run in e2e/hosts/%s", (title, path) => {
  const shown = lines(fileShown(guide, title)).join("\n");
  expect(lines(readDocument(`e2e/hosts/${path}`)).join("\n")).toContain(shown);
});
