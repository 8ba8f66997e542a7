import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { schemaFolder } from "../generate/schema-files.js";

describe("schema/asyncapi.json", () => {
  const document = JSON.parse(readFileSync(new URL("asyncapi.json", schemaFolder), "utf8")) as {
    components: { schemas: Record<string, object> };
  };

  it("is valid by the schema of AsyncAPI 3", () => {
    const require = createRequire(import.meta.url);
    // It contains the JSON Schema of draft 7, which this Ajv knows already.
    const ajv = new Ajv({ strict: false, unicodeRegExp: false, meta: false, validateSchema: false });
    formats(ajv);
    const valid = ajv.compile(require("@asyncapi/specs/schemas/3.0.0.json") as object);
    expect(valid(document), JSON.stringify(valid.errors?.slice(0, 5))).toBe(true);
    expect(valid({ ...document, channels: [] })).toBe(false);
  });

  it("contains the target of every reference", () => {
    const targets = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]*)"/g)].map(([, path = ""]) => path);
    expect(targets.length).toBeGreaterThan(50);
    for (const path of new Set(targets)) {
      const found = path
        .split("/")
        .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
      expect(found, path).toBeDefined();
    }
  });
});
