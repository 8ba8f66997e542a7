import { describe, expect, it } from "vitest";
import { createKey, randomText } from "./key.js";

describe("a key", () => {
  it("is 32 random bytes in digits and dashes, another one each time", () => {
    const keys = Array.from({ length: 100 }, createKey);
    for (const key of keys) expect(key).toMatch(/^\d{1,3}(?:-\d{1,3}){31}$/);
    expect(new Set(keys).size).toBe(100);
    expect(randomText(2)).toMatch(/^\d{1,3}-\d{1,3}$/);
  });
});
