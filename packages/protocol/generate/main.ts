import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { schemaFiles, schemaFolder } from "./schema-files.js";

// Writes what has changed and nothing else: a build is stale once a file of its package is newer in content.
mkdirSync(schemaFolder, { recursive: true });
const files = schemaFiles();
for (const name of readdirSync(schemaFolder)) if (!(name in files)) rmSync(new URL(name, schemaFolder));
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, schemaFolder);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
