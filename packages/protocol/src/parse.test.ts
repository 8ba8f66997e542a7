import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { anything, nearlyValid, registry, text } from "../test/arbitraries.js";
import { nest } from "../test/vectors.js";
import { createClientEvents } from "./schema/events.js";
import { defaultLimits } from "./limits.js";
import { parse } from "./parse.js";

const client = createClientEvents(defaultLimits);

describe.each(registry)("reading %s", (name, schema) => {
  const payload = fc.oneof(nearlyValid(name), anything, fc.object());

  it("never throws, and gives every rejection a code and a sentence", () => {
    fc.assert(
      fc.property(payload, (value) => {
        const result = parse(schema, value);
        if (result.ok) return;
        expect(["BAD_PAYLOAD", "TOO_LARGE"]).toContain(result.code);
        expect(result.message).toMatch(/^(The payload|"[A-Za-z0-9.]+") .+\.$/);
      }),
    );
  });

  it("changes nothing when its result is read again", () => {
    fc.assert(
      fc.property(nearlyValid(name), (value) => {
        const once = parse(schema, value);
        if (!once.ok) return;
        expect(parse(schema, once.value)).toStrictEqual(once);
      }),
    );
  });

  it("drops every field that the schema does not name", () => {
    const known = new Set(Object.keys((schema as z.ZodMiniObject).shape));
    fc.assert(
      fc.property(nearlyValid(name), (value) => {
        const result = parse(schema, value);
        if (!result.ok) return;
        expect(Object.keys(result.value as object).filter((key) => !known.has(key))).toEqual([]);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
    );
  });

  it("rejects fields that are nested 400,000 deep", () => {
    const deep = nest(400_000);
    expect(parse(schema, deep).ok).toBe(false);
    expect(
      parse(schema, Object.fromEntries(Object.keys((schema as z.ZodMiniObject).shape).map((key) => [key, deep]))).ok,
    ).toBe(false);
  });
});

describe("a relayed payload", () => {
  it("keeps SDP byte for byte", () => {
    fc.assert(
      fc.property(
        text.filter((sdp) => sdp !== ""),
        fc.boolean(),
        (sdp, asObject) => {
          const read = parse(client.offer, { to: "x", room: "r", sdp: asObject ? { type: "offer", sdp } : sdp });
          expect(read).toStrictEqual({ ok: true, value: { to: "x", room: "r", sdp } });
        },
      ),
    );
  });

  it("keeps the candidate line byte for byte and the type of the index, in both dialects", () => {
    const index = fc.oneof(fc.nat(65_535), fc.nat(65_535).map(String), fc.constant(null), fc.constant(undefined));
    const line = text.map((value) => value.replace(/[\r\n]/g, ""));
    fc.assert(
      fc.property(line, index, fc.boolean(), (sdp, sdpMLineIndex, device) => {
        const candidate = { sdpMid: "0", sdpMLineIndex, ...(device ? { candidate: sdp } : { sdp }) };
        const read = parse(client.candidate, { to: "x", room: "r", candidate });
        expect(read).toEqual({
          ok: true,
          value: { to: "x", room: "r", candidate: { sdpMid: "0", sdpMLineIndex, sdp } },
        });
      }),
    );
  });

  it("keeps the application's JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (data) => {
        const read = parse(client.message, { room: "r", type: "t", data });
        expect(read).toStrictEqual({ ok: true, value: { room: "r", type: "t", data } });
      }),
    );
  });
});
