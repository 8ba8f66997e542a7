import { describe, expect, it } from "vitest";
import { isBundled } from "./bundle.js";

const description = (group: string) => ({ type: "offer", sdp: `v=0\r\n${group}a=msid-semantic:WMS *\r\nm=video 9\r\na=mid:0\r\n` }) as RTCSessionDescription;
const bundle = description("a=group:BUNDLE 0 1 12\r\n");

describe("a media section that uses the transport of another", () => {
  it("is any of the group but the first", () => {
    expect(["0", "1", "12", "2"].map((mid) => isBundled(bundle, mid))).toEqual([false, true, true, false]);
  });

  it("is none where nothing is bundled, and none that has no name", () => {
    expect(isBundled(null, "1")).toBe(false);
    expect(isBundled(description(""), "1")).toBe(false);
    expect(isBundled(description("a=group:BUNDLE 0\r\n"), "0")).toBe(false);
    for (const mid of ["", null, undefined]) expect(isBundled(bundle, mid)).toBe(false);
  });
});
