import { readFileSync } from "node:fs";
import { asyncApi } from "./asyncapi.js";
import { jsonSchemas } from "./json-schema.js";

/** The folder of the files; it is published. */
export const schemaFolder = new URL("../schema/", import.meta.url);

/** The files of `schema/`: file name -> text. */
export function schemaFiles(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const schemas = jsonSchemas();
  // AsyncAPI describes the server, which control messages never reach.
  const ofServer = Object.fromEntries(Object.entries(schemas).filter(([name]) => !name.startsWith("control-")));
  const files = { ...schemas, asyncapi: asyncApi(ofServer, version) };
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`${name}.json`, `${JSON.stringify(content, null, 2)}\n`]),
  );
}
