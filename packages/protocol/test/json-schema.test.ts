import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readerFiles, readerFolder } from "../generate/reader-files.js";
import { schemaFiles, schemaFolder } from "../generate/schema-files.js";
import { errorCodes, refusal } from "../src/error.js";
import { createDeviceMessages } from "../src/schema/device.js";
import { createClientEvents, createServerEvents } from "../src/schema/events.js";
import { defaultLimits, readingLimits } from "../src/limits.js";
import { read } from "../src/parse.js";
import { nearlyValid } from "./arbitraries.js";
import { published } from "./json-schema.js";
import { readDeviceVectors, readVectors } from "./vectors.js";

const judge = (name: string, payload: unknown): boolean => {
  const schema = published[name];
  if (schema === undefined) throw new Error(`There is no schema ${name}.`);
  return schema(payload);
};

describe("The files in src/generated/", () => {
  it("are what the schemas make: `npm run schemas` has been run", async () => {
    const committed = Object.fromEntries(
      readdirSync(readerFolder).map((name) => [name, readFileSync(new URL(name, readerFolder), "utf8")]),
    );
    expect(committed).toEqual(await readerFiles());
  });
});

describe("The files in schema/", () => {
  it("are what the registry makes: `npm run schemas` has been run", () => {
    const there = Object.fromEntries(
      readdirSync(schemaFolder).map((name) => [name, readFileSync(new URL(name, schemaFolder), "utf8")]),
    );
    expect(there).toEqual(schemaFiles());
  });

  it("hold every message of both directions, an ack for each that a client sends, and every message of devices", () => {
    const client = Object.keys(createClientEvents(defaultLimits));
    const names = [
      ...client.map((event) => `client-${event}`),
      ...client.map((event) => `ack-${event}`),
      ...Object.keys(createServerEvents(readingLimits)).map((event) => `server-${event}`),
    ];
    const { fromDevice, toDevice } = createDeviceMessages(defaultLimits);
    const ofDevices = [
      ...Object.keys(fromDevice).map((type) => `from-device-${type}`),
      ...Object.keys(toDevice).map((type) => `to-device-${type}`),
    ];
    expect(Object.keys(published).sort()).toEqual([...names, ...ofDevices].sort());
  });
});

/** The rules that only words can say. */
const ofJson = /^`(metadata|data)` (whose text|that is too long|nested)/;

const files = [
  ...readVectors().map(({ direction, event, cases }) => ({ schema: `${direction}-${event}`, cases })),
  ...readDeviceVectors().map(({ direction, type, cases }) => ({ schema: `${direction}-${type}`, cases })),
];
const judged = files.flatMap(({ schema, cases }) =>
  cases.filter((entry) => "payload" in entry).map((entry) => ({ ...entry, schema })),
);

describe("The JSON Schemas", () => {
  it.each(judged.filter(({ valid }) => valid))("$schema takes: $name", ({ schema, payload }) => {
    expect(judge(schema, payload)).toBe(true);
  });

  it.each(judged.filter(({ valid, name }) => !valid && !ofJson.test(name)))(
    "$schema refuses: $name",
    ({ schema, payload }) => {
      expect(judge(schema, payload)).toBe(false);
    },
  );

  it("are looser than a reader in the size and depth of JSON, for which they have no words", () => {
    const looser = judged.filter(({ valid, schema, payload }) => !valid && judge(schema, payload));
    const names = looser.map(({ schema, name }) => `${schema}: ${name}`);
    const sizes = [
      "whose text is one too long",
      "that is too long because of its escapes",
      "nested one level too deep",
      "nested 4200 deep",
    ];
    const carriers = { createAndJoinRoom: "metadata", joined: "metadata", message: "data", metadata: "metadata" };
    const expected = [
      "client-createAndJoinRoom",
      "client-message",
      "client-metadata",
      "server-joined",
      "server-message",
      "server-metadata",
    ].flatMap((schema) =>
      sizes.map((size) => `${schema}: \`${carriers[schema.split("-")[1] as keyof typeof carriers]}\` ${size}`),
    );
    expect(names).toEqual(expected);
  });

  it("are looser than a reader where a text has characters of two code units", () => {
    const answer = { to: "a", room: "r", sdp: "v=0", offerId: "\u{1f600}".repeat(33) };
    expect(read(createClientEvents(defaultLimits).answer, answer)).toBeUndefined();
    expect(judge("client-answer", answer)).toBe(true);
  });

  it("refuse nothing that a reader takes", () => {
    for (const [direction, events] of [
      ["client", createClientEvents(defaultLimits)],
      ["server", createServerEvents(readingLimits)],
    ] as const) {
      for (const [event, schema] of Object.entries(events)) {
        fc.assert(
          fc.property(nearlyValid(`${direction} ${event}`), (value) => {
            const payload = overTheWire(value);
            if (payload !== undefined && read(schema, payload) !== undefined)
              expect(judge(`${direction}-${event}`, payload)).toBe(true);
          }),
        );
      }
    }
  });

  it("take every refusal in every ack, and no ack that is neither", () => {
    for (const name of Object.keys(published).filter((name) => name.startsWith("ack-"))) {
      for (const code of Object.keys(errorCodes) as (keyof typeof errorCodes)[])
        expect(judge(name, refusal(code, "…"))).toBe(true);
      for (const wrong of [{}, { ok: "true" }, { ok: false }, { ok: false, code: "INTERNAL" }, null])
        expect(judge(name, wrong)).toBe(false);
      expect(judge(name, { ok: true })).toBe(name !== "ack-createAndJoinRoom");
    }
    expect(judge("ack-createAndJoinRoom", { ok: true, id: "a", room: "r", peers: [] })).toBe(true);
  });
});

/** What arrives of a value; undefined where it cannot be sent as JSON. */
function overTheWire(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value)) as unknown;
  } catch {
    return undefined;
  }
}

describe("schema/asyncapi.json", () => {
  const document = JSON.parse(readFileSync(new URL("asyncapi.json", schemaFolder), "utf8")) as {
    components: { schemas: Record<string, object> };
  };

  it("is an AsyncAPI 3 document by AsyncAPI's own schema", () => {
    const require = createRequire(import.meta.url);
    // It brings the JSON Schema of draft 7 along, which this Ajv knows already.
    const ajv = new Ajv({ strict: false, unicodeRegExp: false, meta: false, validateSchema: false });
    formats(ajv);
    const valid = ajv.compile(require("@asyncapi/specs/schemas/3.0.0.json") as object);
    expect(valid(document), JSON.stringify(valid.errors?.slice(0, 5))).toBe(true);
    expect(valid({ ...document, channels: [] })).toBe(false);
  });

  it("points at nothing that is not in it", () => {
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
