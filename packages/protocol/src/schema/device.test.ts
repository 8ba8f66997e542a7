import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { anything, nearlyValid, text } from "../../test/arbitraries.js";
import { readDeviceVectors } from "../../test/vectors.js";
import { createDeviceMessages, readDeviceMessage } from "./device.js";
import { defaultLimits } from "../limits.js";
import { parse, type Parsed } from "../parse.js";

const messages = createDeviceMessages(defaultLimits);
const files = readDeviceVectors();

describe.each(files)("a message $direction of the type $type", ({ type, direction, cases }) => {
  const schemas: Record<string, z.ZodMiniType> = messages.toDevice;
  const validate = (payload: unknown): Parsed<unknown> => {
    if (direction === "from-device") return readDeviceMessage(messages, payload);
    const schema = schemas[type];
    if (schema === undefined) throw new Error(`No message to devices has the type ${type}.`);
    return parse(schema, payload);
  };

  it.each(cases.filter(({ valid }) => valid))("is read: $name", ({ payload, reads }) => {
    expect(validate(payload)).toStrictEqual({ ok: true, value: reads ?? payload });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(cases.filter(({ valid }) => !valid))("is rejected: $name", ({ payload, code }) => {
    expect(validate(payload)).toMatchObject({ ok: false, code, retryable: false });
  });
});

describe("the device vectors", () => {
  it("cover every message of both directions, valid and invalid, with unique names", () => {
    for (const [direction, known] of [
      ["from-device", messages.fromDevice],
      ["to-device", messages.toDevice],
    ] as const) {
      const covered = files.filter((file) => file.direction === direction);
      expect(covered.map(({ type }) => type).sort()).toEqual(Object.keys(known).sort());
      for (const { cases } of covered) {
        expect(new Set(cases.map(({ valid }) => valid)).size).toBe(2);
        expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
        for (const { valid, code } of cases) expect(valid).toBe(code === undefined);
      }
    }
  });
});

describe("reading a device's message", () => {
  it("never throws, and gives every rejection a code and a sentence", () => {
    const nearly = fc.oneof(...Object.keys(messages.fromDevice).map((type) => nearlyValid(`from-device ${type}`)));
    fc.assert(
      fc.property(fc.oneof(nearly, anything, fc.record({ type: text }), fc.jsonValue()), (value) => {
        const read = readDeviceMessage(messages, value);
        if (read.ok) expect(Object.keys(messages.fromDevice)).toContain(read.value.type);
        else
          expect(read).toMatchObject({
            code: expect.stringMatching(/^(BAD_PAYLOAD|TOO_LARGE)$/) as string,
            message: expect.stringMatching(/^\S.+\.$/) as string,
          });
      }),
    );
  });
});

describe("U20: a candidate as devices write it beside the tables", () => {
  const line = "candidate:3442447574 1 udp 2122260223 192.168.0.170 54653 typ host";
  const standard = { type: "candidate", candidate: line, sdpMLineIndex: 1, sdpMid: "video" };

  it.each<[string, object, object]>([
    ["the names of AppRTC", { type: "candidate", label: 1, id: "video", candidate: line }, standard],
    ["an object", { candidate: { candidate: line, sdpMLineIndex: 1, sdpMid: "video" } }, standard],
    [
      "an object with the viewer beside it",
      { to: "Y572fHkCui53SritfVA7eh", candidate: { candidate: line, sdpMid: "video" } },
      { type: "candidate", to: "Y572fHkCui53SritfVA7eh", candidate: line, sdpMid: "video" },
    ],
    [
      "an id that is not of AppRTC, since there is no label",
      { candidate: line, id: 7 },
      { type: "candidate", candidate: line },
    ],
  ])("is read: %s", (_what, message, value) => {
    expect(readDeviceMessage(messages, message)).toEqual({ ok: true, value });
  });

  it.each<[string, object]>([
    ["a label that is not an index", { label: "video", candidate: line }],
    ["an object without a line", { candidate: { sdpMid: "video" } }],
    ["an object in an object", { candidate: { candidate: { candidate: line } } }],
    ["a list", { candidate: [line] }],
  ])("is rejected as a whole: %s", (_what, message) => {
    expect(readDeviceMessage(messages, message)).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
  });
});

describe("a rejection of a device's message", () => {
  it.each([
    ["a list", [], "The message is invalid: expected a JSON object."],
    ["no type", { sdp: "v=0" }, '"type" is missing.'],
    [
      "an unknown type",
      { type: "offer", sdp: "v=0" },
      '"type" is invalid: expected one of "answer", "candidate", "config", "exit".',
    ],
    ["a missing field", { type: "answer" }, '"sdp" is missing.'],
    [
      "two lines",
      { candidate: "candidate:1\na=x" },
      '"candidate" is invalid: expected null or a string of at most 4096 characters on one line.',
    ],
    ["a long candidate", { candidate: "x".repeat(4097) }, '"candidate" is too long: expected at most 4096 characters.'],
  ])("names the field and what was expected: %s", (_, payload, message) => {
    expect(readDeviceMessage(messages, payload)).toMatchObject({ message });
  });
});

describe("docs/devices.md", () => {
  const page = readFileSync(new URL("../../../../docs/devices.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/^```json (from|to)-device\n([^]*?)^```$/gm)].map(
    ([, direction = "", body = ""]) => ({ direction, body }),
  );

  it.each(examples)("shows a valid message $direction a device: $body", ({ direction, body }) => {
    const example = JSON.parse(body) as { type?: keyof typeof messages.toDevice };
    const read =
      direction === "from"
        ? readDeviceMessage(messages, example)
        : parse<z.ZodMiniType>(messages.toDevice[example.type ?? "candidate"], example);
    expect(read).toMatchObject({ ok: true, value: example });
  });

  it("names every type and field of both directions", () => {
    expect(examples).toHaveLength(7);
    const directions: Record<string, { shape: object }>[] = Object.values(messages);
    const names = directions.flatMap((schemas) =>
      Object.entries(schemas).flatMap(([type, { shape }]) => [type, ...Object.keys(shape)]),
    );
    expect(names.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
  });
});
