import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../parse.js";
import { roomName } from "../schema/fields.js";

const schema = roomName(128);
const accepts = (name: unknown) => parse(schema, name).ok;

describe("a room name", () => {
  it("is 1 to 128 characters of any script", () => {
    // The generator's graphemes include separators, which are invalid in a name.
    const printable = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((name) => Array.from(name).length <= 128 && !/[\p{Zl}\p{Zp}]/u.test(name));
    fc.assert(fc.property(printable, (name) => accepts(name)));
    expect(accepts("")).toBe(false);
    expect(accepts("🎥".repeat(128))).toBe(true);
    expect(accepts("🎥".repeat(129))).toBe(false);
  });

  it("has no control character, line separator, bidirectional control or lone surrogate", () => {
    const forbidden = fc.constantFrom(
      "\0",
      "\t",
      "\n",
      "\r",
      "\u001b",
      "\u007f",
      "\u0085",
      "\u2028",
      "\u2029",
      "\u200e",
      "\u200f",
      "\u202a",
      "\u202e",
      "\u2066",
      "\ud800",
      "\udfff",
    );
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        forbidden,
        fc.string({ maxLength: 60 }),
        (before, bad, after) => !accepts(`${before}${bad}${after}`),
      ),
    );
  });

  it("is not normalized", () => {
    const decomposed = "e\u0301";
    expect(parse(schema, decomposed)).toStrictEqual({ ok: true, value: decomposed });
  });

  it("is a string", () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== "string"),
        (value) => !accepts(value),
      ),
    );
  });

  it("is rejected in constant time if it is far too long", () => {
    expect(accepts("\ud83c\udfa5".repeat(5_000_000))).toBe(false);
  });
});
