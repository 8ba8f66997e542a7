import { describe, expect, it } from "vitest";
import { compareEpoch, epochNumber, nextEpoch } from "./connection-epoch.js";

describe("an epoch", () => {
  it("is followed by an epoch with a higher number", () => {
    expect(nextEpoch(epochNumber("7.abc"), "x")).toBe("8.x");
  });

  it("supersedes an epoch with a lower number, whichever end made it", () => {
    for (const polite of [true, false]) {
      expect(compareEpoch("10.a", "9.b", polite)).toBe("newer");
      expect(compareEpoch("9.b", "10.a", polite)).toBe("older");
      expect(compareEpoch("9.b", "9.b", polite)).toBe("same");
      for (const first of ["1.a", "other"]) expect(compareEpoch(first, undefined, polite)).toBe("newer");
    }
  });

  it("that both ends began at the same time is the impolite end's", () => {
    expect(compareEpoch("3.theirs", "3.ours", true)).toBe("newer");
    expect(compareEpoch("3.theirs", "3.ours", false)).toBe("older");
  });

  it("in another format or too large to add to counts as 0", () => {
    for (const epoch of ["", "abc", "-4", "NaN", "9".repeat(64), undefined]) expect(epochNumber(epoch)).toBe(0);
    expect(epochNumber(String(2 ** 50))).toBe(0);
    expect(epochNumber(String(2 ** 50 - 1))).toBe(2 ** 50 - 1);
  });
});
