import { describe, expect, it } from "vitest";
import { isBundled, withoutBundled } from "./bundled-candidates.js";

const description = (group: string) =>
  ({ type: "offer", sdp: `v=0\r\n${group}a=msid-semantic:WMS *\r\nm=video 9\r\na=mid:0\r\n` }) as RTCSessionDescription;
const bundle = description("a=group:BUNDLE 0 1 12\r\n");

describe("a media section that uses the transport of another", () => {
  it("is every one of the BUNDLE group but the first", () => {
    expect(["0", "1", "12", "2"].map((mid) => isBundled(bundle, mid))).toEqual([false, true, true, false]);
  });

  it("is not found without a BUNDLE group, or without a mid", () => {
    expect(isBundled(null, "1")).toBe(false);
    expect(isBundled(description(""), "1")).toBe(false);
    expect(isBundled(description("a=group:BUNDLE 0\r\n"), "0")).toBe(false);
    for (const mid of ["", null, undefined]) expect(isBundled(bundle, mid)).toBe(false);
  });
});

describe("a description with all its candidates in it", () => {
  const section = (mid: string, lines = "") => `m=video 9\r\na=mid:${mid}\r\n${lines}a=sendrecv\r\n`;
  const found = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=end-of-candidates\r\n";

  it("has none in sections that use the transport of another, and keeps all else", () => {
    const ours = `v=0\r\n${section("0", found)}${section("1", found)}${section("2", found)}`;
    expect(withoutBundled(bundle, ours)).toBe(`v=0\r\n${section("0", found)}${section("1")}${section("2", found)}`);
    expect(withoutBundled(null, ours)).toBe(ours);
  });
});
