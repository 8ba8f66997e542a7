import { readFileSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { readerFiles, readerFolder } from "../generate/reader-files.js";
import { schemaFiles, schemaFolder } from "../generate/schema-files.js";

const committed = (folder: URL): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));

it("src/generated is up to date: `npm run schemas` changes nothing", async () => {
  expect(committed(readerFolder)).toEqual(await readerFiles());
});

it("schema is up to date: `npm run schemas` changes nothing", () => {
  expect(committed(schemaFolder)).toEqual(schemaFiles());
});
