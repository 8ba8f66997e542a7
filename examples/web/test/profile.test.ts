import { describe, expect, it } from "vitest";
import { readProfile } from "../src/call/profile.js";

describe("the profile of a peer", () => {
  it("keeps valid metadata", () => {
    expect(readProfile({ name: "Ada", muted: true, camera: false })).toEqual({
      name: "Ada",
      muted: true,
      camera: false,
    });
  });

  it.each([undefined, null, 7, "Ada", [], { name: 7 }, { name: "  " }])(
    "uses the defaults for invalid metadata: %j",
    (metadata) => {
      expect(readProfile(metadata)).toEqual({ name: "Guest", muted: false, camera: true });
    },
  );

  it("has a name of one line and at most 60 code points, never cut inside a character", () => {
    const { name } = readProfile({ name: `a\n\tb ${"👋".repeat(200)}` });
    expect(name.startsWith("a b 👋")).toBe(true);
    expect(Array.from(name)).toHaveLength(60);
    expect(name).not.toMatch(/[\ud800-\udbff]$/u);
  });

  it("W04: has a name that does not turn the text after it, and keeps the marks inside it", () => {
    expect(readProfile({ name: "Bo\u202e\u2066" }).name).toBe("Bo");
    expect(readProfile({ name: "\u202a\u2069" }).name).toBe("Guest");
    expect(readProfile({ name: "\u200fBo\u200e" }).name).toBe("\u200fBo\u200e");
  });
});
