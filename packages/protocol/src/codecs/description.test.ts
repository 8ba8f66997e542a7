import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toSessionDescription } from "./description.js";

const line = fc
  .string({ minLength: 1 })
  .map((text) => text.replace(/[\r\n]/g, ""))
  .filter((text) => text !== "" && !/^[ \t]/.test(text));

describe("toSessionDescription", () => {
  it("leaves well-formed text untouched", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const sdp = lines.map((text) => `${text}\r\n`).join("");
        expect(toSessionDescription("offer", sdp)).toStrictEqual({ type: "offer", sdp });
      }),
    );
  });

  it("repairs line ends and indentation, and nothing else", () => {
    const end = fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\r\r\n", "\n\t", "\n    ", "\r\n \r\n");
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), end, (lines, separator) => {
        expect(toSessionDescription("answer", lines.join(separator)).sdp).toBe(
          lines.map((text) => `${text}\r\n`).join(""),
        );
      }),
    );
  });

  it("changes nothing when it is applied a second time", () => {
    const piece = fc.constantFrom("v=0", "s= ", "a=x", "\r", "\n", "\r\n", " ", "\t", "\u00a0");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const once = toSessionDescription("offer", pieces.join(""));
        expect(toSessionDescription("offer", once.sdp)).toStrictEqual(once);
      }),
      { numRuns: 1000 },
    );
  });
});
