import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readerFiles, readerFolder } from "./reader-files.js";
import { schemaFiles, schemaFolder } from "./schema-files.js";

for (const [folder, files] of [
  [schemaFolder, schemaFiles()],
  [readerFolder, await readerFiles()],
] as const) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!(name in files)) rmSync(new URL(name, folder));
  // Writes only what has changed: a build is stale once a file of its package differs.
  for (const [name, text] of Object.entries(files)) {
    const file = new URL(name, folder);
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  }
}
