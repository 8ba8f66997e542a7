import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { registry } from "../test/arbitraries.js";
import * as protocol from "./index.js";
import { defaultLimits } from "./limits.js";
import { parse } from "./parse.js";
import { createClientEvents, createServerEvents } from "./schema/events.js";

const client = createClientEvents(defaultLimits);

describe("a rejection", () => {
  const secret = "8SNFZ4kAq83vEjRWeJCrze";
  const values: [string, unknown][] = [
    ["text", secret],
    ["long text", secret.repeat(20_000)],
    ["text of two lines", `${secret}\r\n`],
    ["list", [secret]],
    ["object with it as a key", { [secret]: secret }],
    ["object with it as a key of a number", { [secret]: 5 }],
    [
      "object with it in every field of a message",
      { sdp: [secret], candidate: [secret], type: secret, epoch: [secret], seq: secret, ack: secret, trickle: secret },
    ],
    ["function", () => secret],
    [
      "object that throws on access",
      Object.defineProperty({}, "sdp", {
        enumerable: true,
        get: () => {
          throw new Error(secret);
        },
      }),
    ],
  ];

  it.each(values)("never repeats the payload: a %s", (_, value) => {
    for (const [, schema] of registry) {
      const fields = Object.keys((schema as z.ZodMiniObject).shape);
      const payloads = [
        value,
        ...fields.map((field) => ({
          room: "r",
          to: "x",
          from: "x",
          id: "x",
          sdp: "v=0",
          type: "t",
          data: 1,
          [field]: value,
        })),
      ];
      for (const payload of payloads) {
        const result = parse(schema, payload);
        if (!result.ok) expect(JSON.stringify(result)).not.toContain(secret);
      }
    }
  });

  const longText = "x".repeat(defaultLimits.sdp + 1);

  it.each([
    ["a missing field", {}, '"to" is missing.'],
    ["another missing field", { to: "x", room: "r" }, '"sdp" is missing.'],
    [
      "a value of another type",
      { to: [], room: "r", sdp: "v=0" },
      '"to" is invalid: expected a string of 1 to 128 characters.',
    ],
    [
      "the type of another event",
      { to: "x", room: "r", sdp: { type: "answer", sdp: "v=0" } },
      '"sdp.type" is invalid: expected "offer".',
    ],
    [
      "a long text in the second dialect",
      { to: "x", room: "r", sdp: { sdp: longText } },
      '"sdp.sdp" is too long: expected at most 262144 characters.',
    ],
    [
      "a room without a name",
      { to: "x", room: "", sdp: "v=0" },
      '"room" is invalid: expected a string of 1 to 128 characters, none of them a control character.',
    ],
    ["no payload", undefined, "The payload is invalid: expected an object."],
  ])("names the field and what was expected: %s", (_, payload, message) => {
    expect(parse(client.offer, payload)).toMatchObject({ ok: false, message });
  });

  it("is the result for a value that throws on access", () => {
    const hostile = Object.defineProperty({}, "room", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    expect(parse(client.exit, hostile)).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
    expect(
      parse(
        client.exit,
        new Proxy(
          {},
          {
            get: () => {
              throw new Error("no");
            },
          },
        ),
      ),
    ).toMatchObject({ ok: false, code: "BAD_PAYLOAD" });
  });
});

it("names the index of an invalid item of an array", () => {
  const { iceServers } = createServerEvents(defaultLimits);
  for (const [value, message] of [
    [[{ urls: "stun:a" }, {}], '"iceServers.1.urls" is missing.'],
    [[5], '"iceServers.0" is invalid: expected an object.'],
    [{}, '"iceServers" is invalid: expected an array.'],
  ])
    expect(parse(iceServers, { iceServers: value })).toMatchObject({ ok: false, message });
});

it("has an old name until version 0.3, and so has validateJson", () => {
  const exported: Record<string, unknown> = protocol;
  expect(exported.refusal).toBe(protocol.rejection);
  expect(exported.judgeJson).toBe(protocol.validateJson);
});
