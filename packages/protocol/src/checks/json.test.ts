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

  it("agrees with JSON.stringify on fields that are undefined and on numbers JSON cannot say", () => {
    const part = fc.oneof(fc.constant(undefined), fc.double(), fc.string());
    const value = fc.oneof(fc.array(part), fc.dictionary(fc.string(), part));
    fc.assert(
      fc.property(value, fc.integer({ min: -3, max: 3 }), (json, offset) => {
        const { length } = JSON.stringify(json);
        expect(validateJson(json, length + offset, 100)).toBe(offset >= 0 ? "ok" : "too-big");
      }),
      { numRuns: 1000 },
    );
  });

  it("counts depth in lists and objects alike", () => {
    expect(validateJson(nest(32), 1000, 32)).toBe("ok");
    expect(validateJson(nest(33), 1000, 32)).toBe("too-deep");
    expect(validateJson({ a: { b: [1] } }, 1000, 3)).toBe("ok");
    expect(validateJson({ a: { b: [1] } }, 1000, 2)).toBe("too-deep");
  });

  it("overflows no stack at a depth of 400,000", () => {
    expect(validateJson(nest(400_000), 1_000_000, 32)).toBe("too-deep");
    expect(validateJson(nest(400_000), 100, 1_000_000)).toBe("too-big");
  });

  it("ends on a value that contains itself", () => {
    const loop: unknown[] = [];
    loop.push(loop, loop);
    expect(validateJson(loop, 1000, 32)).not.toBe("ok");
  });

  it("does not walk what is shared again and again for longer than the bound", () => {
    let shared: unknown = [];
    for (let level = 0; level < 31; level += 1) shared = [shared, shared];
    // Written out it would be 2^31 lists.
    expect(validateJson(shared, 16_384, 32)).toBe("too-big");
  });

  it.each([
    ["a buffer", Buffer.from("x")],
    ["an array buffer", new ArrayBuffer(1)],
    ["a date", new Date(0)],
    ["a map", new Map()],
    ["a set", new Set()],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a big integer", 1n],
    ["an object that writes itself", { toJSON: () => 1 }],
  ])("says that %s is not JSON, alone or inside", (_, value) => {
    expect(validateJson(value, 1000, 32)).toBe("not-json");
    expect(validateJson({ list: [value] }, 1000, 32)).toBe("not-json");
  });

  it("has nothing against nothing", () => {
    expect(validateJson(undefined, 0, 0)).toBe("ok");
  });

  it("takes objects without a prototype", () => {
    expect(validateJson(Object.assign(Object.create(null) as object, { a: 1 }), 1000, 32)).toBe("ok");
  });
});
