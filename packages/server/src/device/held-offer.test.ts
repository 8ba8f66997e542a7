import { describe, expect, it } from "vitest";
import { HeldOffer } from "./held-offer.js";

const line = (port: number, ufrag = "AAAA"): string =>
  `candidate:1 1 udp 2122260223 192.0.2.1 ${port} typ host generation 0 ufrag ${ufrag} network-id 1`;
const bundled = "a=group:BUNDLE 0 1\r\n";

function section(kind: string, mid: string, { port = 9, ufrag = "AAAA", more = "" } = {}): string {
  const head = `m=${kind} ${port} UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n`;
  return `${head}a=ice-ufrag:${ufrag}\r\na=mid:${mid}\r\n${more}`;
}

function offer(session = bundled, ...media: string[]): string {
  const sections = media.length > 0 ? media : [section("audio", "0"), section("video", "1")];
  return `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n${session}${sections.join("")}`;
}

const hold = (sdp: string, maxLength = 262_144): HeldOffer => new HeldOffer(sdp, maxLength);

describe("a held offer", () => {
  it("is unchanged, byte for byte, where no candidate came", () => {
    for (const sdp of [offer(), offer("a=extmap:1 m=x\r\n"), "v=0\nm=audio 9 x 0\na=mid:0", "v=0", "", "m=\r\n"])
      expect(hold(sdp).text()).toBe(sdp);
  });

  it("has each candidate at the end of its section, and ends the candidates", () => {
    const held = hold(offer());
    held.add({ sdpMid: "1", sdp: line(3) });
    held.add({ sdpMid: "0", sdpMLineIndex: 0, sdp: line(1) });
    held.add({ sdpMid: "0", sdpMLineIndex: "0", sdp: `a=${line(2)}` });
    const end = "a=end-of-candidates\r\n";
    expect(held.text()).toBe(
      offer(
        bundled,
        section("audio", "0", { more: `a=${line(1)}\r\na=${line(2)}\r\n${end}` }),
        section("video", "1", { more: `a=${line(3)}\r\n${end}` }),
      ),
    );
  });

  it("keeps the line ends of the text", () => {
    const held = hold("v=0\nm=audio 9 x 0\na=mid:0");
    held.add({ sdp: line(1) });
    expect(held.text()).toBe(`v=0\nm=audio 9 x 0\na=mid:0\na=${line(1)}\na=end-of-candidates\n`);
  });

  it("finds a section by its name or its index, and takes the first one if neither is given", () => {
    const named = hold(offer());
    expect(named.add({ sdpMid: "1", sdpMLineIndex: 0, sdp: line(1) })).toBe(true);
    expect(named.text().indexOf(line(1))).toBeGreaterThan(named.text().indexOf("a=mid:1"));
    const placed = hold(offer());
    expect(placed.add({ sdpMid: null, sdpMLineIndex: "1", sdp: line(1) })).toBe(true);
    expect(placed.text().indexOf(line(1))).toBeGreaterThan(placed.text().indexOf("a=mid:1"));
    const neither = hold(offer());
    expect(neither.add({ sdp: line(1) })).toBe(true);
    expect(neither.text().indexOf(line(1))).toBeLessThan(neither.text().indexOf("m=video"));
    const nameless = hold("v=0\r\nm=audio 9 x 0\r\nm=video 9 x 0\r\n");
    expect(nameless.add({ sdpMid: "video", sdpMLineIndex: 1, sdp: line(1) })).toBe(true);
  });

  it.each([
    ["of a section that does not exist", { sdpMid: "7", sdp: line(1) }],
    ["of an index that does not exist", { sdpMLineIndex: 2, sdp: line(1) }],
    [
      "of another generation, by its field",
      { sdpMid: "0", sdp: "candidate:1 1 udp 1 192.0.2.1 1 typ host", usernameFragment: "BBBB" },
    ],
    ["of another generation, by its line", { sdpMid: "0", sdp: line(1, "BBBB") }],
    ["that is not a candidate line", { sdpMid: "0", sdp: "ice-pwd:somebody-elses" }],
    ["that is another attribute", { sdpMid: "0", sdp: "a=ice-pwd:somebody-elses" }],
    ["that is the end of another generation", { sdpMid: "0", sdp: "", usernameFragment: "BBBB" }],
  ])("rejects a candidate %s", (_, candidate) => {
    const held = hold(offer());
    expect(held.add(candidate)).toBe(false);
    expect(held.text()).toBe(offer());
    expect(held.complete).toBe(false);
  });

  it("has a candidate once, however often it is sent", () => {
    const held = hold(offer(bundled, section("audio", "0", { more: `a=${line(1)}\r\n` })));
    for (let times = 0; times < 3; times += 1) for (const port of [1, 2]) held.add({ sdpMid: "0", sdp: line(port) });
    expect(held.text().match(/^a=candidate:/gm)).toHaveLength(2);
  });

  it("keeps 256 candidates and no more, and never grows past its bound by them", () => {
    const many = hold(offer());
    const taken = Array.from({ length: 300 }, (_, port) => many.add({ sdpMid: "0", sdp: line(port) }));
    expect(taken.filter(Boolean)).toHaveLength(256);
    const bound = offer().length + 300;
    const small = hold(offer(), bound);
    for (let port = 0; port < 300; port += 1) small.add({ sdpMid: "0", sdp: line(port) });
    expect(small.text().replace("a=end-of-candidates\r\n", "").length).toBeLessThanOrEqual(bound);
    expect(small.text()).toContain(line(0));
  });
});

describe("an offer is complete", () => {
  const end = (sdpMid: string | null) => ({ sdpMid, sdp: "" });

  it("when the section that the others are bundled with has ended", () => {
    const held = hold(offer());
    held.add(end("1"));
    expect(held.complete).toBe(false);
    held.add(end("0"));
    expect(held.complete).toBe(true);
  });

  it("when each section has ended where they are not bundled", () => {
    const held = hold(offer(""));
    held.add({ sdpMLineIndex: 0, sdp: "" });
    expect(held.complete).toBe(false);
    held.add(end("1"));
    expect(held.complete).toBe(true);
  });

  it("when an end comes that names no section", () => {
    for (const mid of [null, ""]) {
      const held = hold(offer(""));
      held.add(end(mid));
      expect(held.complete).toBe(true);
    }
  });

  it("from the start, where it has `end-of-candidates` itself", () => {
    const whole = { more: `a=${line(1)}\r\na=end-of-candidates\r\n` };
    const held = hold(offer(bundled, section("audio", "0", whole), section("video", "1")));
    expect([held.complete, held.cameWithCandidates]).toEqual([true, true]);
    expect(hold(offer()).cameWithCandidates).toBe(false);
  });

  it("without a section that is rejected, but not without one that is bundled and has port 0", () => {
    const rejected = hold(offer("", section("audio", "0", { port: 0 }), section("video", "1")));
    rejected.add(end("1"));
    expect(rejected.complete).toBe(true);
    const bundleOnly = hold(
      offer("", section("audio", "0"), section("video", "1", { port: 0, more: "a=bundle-only\r\n" })),
    );
    bundleOnly.add(end("0"));
    expect(bundleOnly.complete).toBe(false);
  });
});

describe("an offer that is made to take long to read", () => {
  const names = Array.from({ length: 9_000 }, (_, index) => index.toString(36));
  const named = names.map((name) => `m=\na=mid:${name}\n`).join("");

  // Twenty of them take twice as long where the work grows with the square of the length, and a fiftieth of it
  // otherwise.
  const timeoutMs = 8_000;

  it.each([
    [
      "tens of thousands of sections after a long beginning",
      `v=0\r\n${`a=x:${"y".repeat(120)}\r\n`.repeat(1_000)}${"m=\n".repeat(40_000)}`,
    ],
    ["thousands of sections and of groups", `v=0\r\n${"a=group:BUNDLE x\n".repeat(7_000)}${named}`],
  ])("is read in linear time, and is unchanged: %s", { timeout: timeoutMs }, (_, sdp) => {
    for (let round = 0; round < 20; round += 1) {
      const held = hold(sdp);
      expect(held.add({ sdpMLineIndex: 60_000, sdp: line(1) })).toBe(false);
      expect(held.complete).toBe(false);
      expect(held.text()).toBe(sdp);
    }
  });

  it("has a place for candidates in its first 512 sections, the last of which holds the rest", () => {
    const held = hold(`v=0\r\n${named.replaceAll("\n", "\r\n")}`);
    expect(held.add({ sdpMid: names[511], sdp: line(1) })).toBe(true);
    expect(held.add({ sdpMid: names[512], sdp: line(2) })).toBe(false);
    expect(held.text()).toMatch(new RegExp(`a=mid:${names.at(-1) ?? ""}\r\na=${line(1)}\r\na=end-of-candidates\r\n$`));
  });
});
