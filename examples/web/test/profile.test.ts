import { describe, expect, it } from "vitest";
import { readProfile } from "../src/profile.js";

describe("what somebody says of themselves", () => {
  it("is taken as it is where it makes sense", () => {
    expect(readProfile({ name: "Ada", muted: true, camera: false })).toEqual({
      name: "Ada",
      muted: true,
      camera: false,
    });
  });

  it.each([undefined, null, 7, "Ada", [], { name: 7 }, { name: "  " }])(
    "has defaults where it does not: %j",
    (metadata) => {
      expect(readProfile(metadata)).toEqual({ name: "Guest", muted: false, camera: true });
    },
  );

  it("is one line of bounded length, never cut inside a character", () => {
    const { name } = readProfile({ name: `a\n\tb ${"👋".repeat(200)}` });
    expect(name.startsWith("a b 👋")).toBe(true);
    expect(Array.from(name)).toHaveLength(60);
    expect(name).not.toMatch(/[\ud800-\udbff]$/u);
  });
});
