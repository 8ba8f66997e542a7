import { readFileSync, readdirSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const folder = new URL("../schema/", import.meta.url);
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });

/** The published JSON Schemas, compiled, by the name of their file: `client-offer` for example. */
export const published: Record<string, ValidateFunction> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name !== "asyncapi.json")
    .map((name) => [
      name.replace(/\.json$/, ""),
      ajv.compile(JSON.parse(readFileSync(new URL(name, folder), "utf8")) as object),
    ]),
);
