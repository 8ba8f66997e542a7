import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeUnit } from "../test/code-unit.js";
import { isKeyedPeerId } from "./checks/peer.js";
import { isPolite } from "./politeness.js";

const id = fc.oneof(
  fc.string({ unit: codeUnit }),
  fc.string({ unit: fc.constantFrom("a", "b", "A", "B", "0", "1", "-", "_"), minLength: 20, maxLength: 22 }),
);

describe("isPolite", () => {
  it("is true for exactly one of two different ids", () => {
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(isPolite(one, other) !== isPolite(other, one)).toBe(one !== other);
      }),
      { numRuns: 2000 },
    );
  });

  it("is a strict order, without cycles", () => {
    fc.assert(
      fc.property(id, id, id, (a, b, c) => !(isPolite(a, b) && isPolite(b, c)) || isPolite(a, c)),
      { numRuns: 2000 },
    );
  });
});

describe("isKeyedPeerId", () => {
  it("is true for ids of exactly 22 base64url characters", () => {
    expect(isKeyedPeerId("wMDIKT7QmlGOG2-2i8nc_6")).toBe(true);
    for (const other of [
      "kQ3t0w5nXb2v8cZrAAAB",
      "wMDIKT7QmlGOG2-2i8nc_67",
      "wMDIKT7QmlGOG2-2i8nc_6\n",
      "wMDIKT7QmlGOG2+2i8nc/6",
      "server",
      "",
    ]) {
      expect(isKeyedPeerId(other)).toBe(false);
    }
  });
});
