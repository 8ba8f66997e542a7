import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeUnit } from "../../test/code-unit.js";
import { nest } from "../../test/vectors.js";
import { validateJson } from "./json.js";

describe("validateJson", () => {
  it("agrees with the length of JSON.stringify to the character", () => {
    const value = fc.jsonValue({ stringUnit: codeUnit });
    fc.assert(
      fc.property(value, fc.integer({ min: -3, max: 3 }), (json, offset) => {
        const { length } = JSON.stringify(json);
        expect(validateJson(json, length + offset, 100)).toBe(offset >= 0 ? "ok" : "too-big");
      }),
      { numRuns: 1000 },
    );
  });

  it("agrees with JSON.stringify on undefined fields and on all finite numbers", () => {
    const part = fc.oneof(fc.constant(undefined), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string());
    const value = fc.oneof(fc.array(part), fc.dictionary(fc.string(), part));
    fc.assert(
      fc.property(value, fc.integer({ min: -3, max: 3 }), (json, offset) => {
        const { length } = JSON.stringify(json);
        expect(validateJson(json, length + offset, 100)).toBe(offset >= 0 ? "ok" : "too-big");
      }),
      { numRuns: 1000 },
    );
  });

  it("counts the depth of arrays and objects alike", () => {
    expect(validateJson(nest(32), 1000, 32)).toBe("ok");
    expect(validateJson(nest(33), 1000, 32)).toBe("too-deep");
    expect(validateJson({ a: { b: [1] } }, 1000, 3)).toBe("ok");
    expect(validateJson({ a: { b: [1] } }, 1000, 2)).toBe("too-deep");
  });

  it("does not overflow the stack at a depth of 400,000", () => {
    expect(validateJson(nest(400_000), 1_000_000, 32)).toBe("too-deep");
    expect(validateJson(nest(400_000), 100, 1_000_000)).toBe("too-big");
  });

  it("terminates on a value that contains itself", () => {
    const loop: unknown[] = [];
    loop.push(loop, loop);
    expect(validateJson(loop, 1000, 32)).not.toBe("ok");
  });

  it("stops at the bound while it walks shared values", () => {
    let shared: unknown = [];
    for (let level = 0; level < 31; level += 1) shared = [shared, shared];
    // Its JSON text would have 2^31 arrays.
    expect(validateJson(shared, 16_384, 32)).toBe("too-big");
  });

  it.each([
    ["NaN, which JSON cannot express", Number.NaN],
    ["an infinite number", Number.NEGATIVE_INFINITY],
    ["a buffer", Buffer.from("x")],
    ["an array buffer", new ArrayBuffer(1)],
    ["a date", new Date(0)],
    ["a map", new Map()],
    ["a set", new Set()],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a big integer", 1n],
    ["an object with toJSON", { toJSON: () => 1 }],
  ])("rejects %s, alone or inside a value", (_, value) => {
    expect(validateJson(value, 1000, 32)).toBe("not-json");
    expect(validateJson({ list: [value] }, 1000, 32)).toBe("not-json");
  });

  it("accepts undefined", () => {
    expect(validateJson(undefined, 0, 0)).toBe("ok");
  });

  it("accepts objects without a prototype", () => {
    expect(validateJson(Object.assign(Object.create(null) as object, { a: 1 }), 1000, 32)).toBe("ok");
  });
});
