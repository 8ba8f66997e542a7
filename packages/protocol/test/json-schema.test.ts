import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorCodes, rejection } from "../src/error.js";
import { createDeviceMessages } from "../src/schema/device.js";
import { createClientEvents, createServerEvents } from "../src/schema/events.js";
import { defaultLimits, readingLimits } from "../src/limits.js";
import { controlMessages } from "../src/schema/controls.js";
import { read } from "../src/parse.js";
import { nearlyValid } from "./arbitraries.js";
import { published } from "./json-schema.js";
import { readDeviceVectors, readVectors } from "./vectors.js";

const isValid = (name: string, payload: unknown): boolean => {
  const schema = published[name];
  if (schema === undefined) throw new Error(`No schema is named ${name}.`);
  return schema(payload);
};

describe("The files in schema/", () => {
  it("cover every message of both directions, the acks, the control messages, and every device message", () => {
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
    const controls = Object.keys(controlMessages).map((event) => `control-${event}`);
    expect(Object.keys(published).sort()).toEqual([...names, ...controls, ...ofDevices].sort());
  });
});

/** The rules that a JSON Schema cannot express. */
const ofJson = /^`(metadata|attributes|data)` (whose text|that is too long|nested)/;

const files = [
  ...readVectors().map(({ direction, event, cases }) => ({ schema: `${direction}-${event}`, cases })),
  ...readDeviceVectors().map(({ direction, type, cases }) => ({ schema: `${direction}-${type}`, cases })),
];
const messages = files.flatMap(({ schema, cases }) =>
  cases.filter((entry) => "payload" in entry).map((entry) => ({ ...entry, schema })),
);

describe("The JSON Schemas", () => {
  it.each(messages.filter(({ valid }) => valid))("$schema accepts: $name", ({ schema, payload }) => {
    expect(isValid(schema, payload)).toBe(true);
  });

  it.each(messages.filter(({ valid, name }) => !valid && !ofJson.test(name)))(
    "$schema rejects: $name",
    ({ schema, payload }) => {
      expect(isValid(schema, payload)).toBe(false);
    },
  );

  it("are looser than a reader in the size and depth of JSON, which they cannot express", () => {
    const looser = messages.filter(({ valid, schema, payload }) => !valid && isValid(schema, payload));
    const names = looser.map(({ schema, name }) => `${schema}: ${name}`);
    const sizes = [
      "whose text is one too long",
      "that is too long because of its escapes",
      "nested one level too deep",
      "nested 4200 deep",
    ];
    const few = ["whose text is one too long", "nested one level too deep"];
    const looserFields: [schema: string, field: string, cases: string[]][] = [
      ["client-createAndJoinRoom", "metadata", sizes],
      ["client-message", "data", sizes],
      ["client-metadata", "metadata", sizes],
      ["server-attributes", "attributes", sizes],
      ["server-created", "attributes", few],
      ["server-joined", "metadata", sizes],
      ["server-joined", "attributes", few],
      ["server-message", "data", sizes],
      ["server-metadata", "metadata", sizes],
    ];
    const expected = looserFields.flatMap(([schema, field, cases]) =>
      cases.map((size) => `${schema}: \`${field}\` ${size}`),
    );
    expect(names.sort()).toEqual(expected.sort());
  });

  it("are looser than a reader for characters of two code units", () => {
    const answer = { to: "a", room: "r", sdp: "v=0", offerId: "\u{1f600}".repeat(33) };
    expect(read(createClientEvents(defaultLimits).answer, answer)).toBeUndefined();
    expect(isValid("client-answer", answer)).toBe(true);
  });

  it("accept every payload that a reader accepts", () => {
    for (const [direction, events] of [
      ["client", createClientEvents(defaultLimits)],
      ["server", createServerEvents(readingLimits)],
    ] as const) {
      for (const [event, schema] of Object.entries(events)) {
        fc.assert(
          fc.property(nearlyValid(`${direction} ${event}`), (value) => {
            const payload = overTheWire(value);
            if (payload !== undefined && read(schema, payload) !== undefined)
              expect(isValid(`${direction}-${event}`, payload)).toBe(true);
          }),
        );
      }
    }
  });

  it("accept a rejection in every ack, and no other ack without its fields", () => {
    for (const name of Object.keys(published).filter((name) => name.startsWith("ack-"))) {
      for (const code of Object.keys(errorCodes) as (keyof typeof errorCodes)[])
        expect(isValid(name, rejection(code, "…"))).toBe(true);
      for (const invalid of [{}, { ok: "true" }, { ok: false }, { ok: false, code: "INTERNAL" }, null])
        expect(isValid(name, invalid)).toBe(false);
      expect(isValid(name, { ok: true })).toBe(name !== "ack-createAndJoinRoom");
    }
    expect(isValid("ack-createAndJoinRoom", { ok: true, id: "a", room: "r", peers: [] })).toBe(true);
  });
});

/** A value as it arrives; undefined if it cannot be sent as JSON. */
function overTheWire(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value)) as unknown;
  } catch {
    return undefined;
  }
}
