import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Timeline } from "./timeline.js";

/** A clock that is set by hand. */
class SetClock {
  time = 5000;

  now(): number {
    return this.time;
  }

  after(): () => void {
    throw new Error("a timeline waits for nothing");
  }
}

function written(what: string, detail: Record<string, string | number | boolean> = {}, peer?: string): string {
  const timeline = new Timeline(new SetClock());
  timeline.note(what, peer, detail);
  return JSON.stringify(timeline.entries());
}

describe("a timeline", () => {
  it("tells what happened when, and to whom by the beginning of their id", () => {
    const clock = new SetClock();
    const timeline = new Timeline(clock);
    timeline.note("joined");
    clock.time += 1500.4;
    timeline.note("recovery", "wMDIKT7QmlGOG2-2i8nc_6", {
      step: "restarting-ice",
      attempt: 1,
      connected: false,
      code: "PEER_NOT_FOUND",
      absent: undefined,
    });
    expect(timeline.entries()).toEqual([
      { at: 0, what: "joined" },
      {
        at: 1500,
        what: "recovery",
        peer: "wMDIKT",
        step: "restarting-ice",
        attempt: 1,
        connected: false,
        code: "PEER_NOT_FOUND",
      },
    ]);
  });

  it("keeps the newest entries alone", () => {
    const timeline = new Timeline(new SetClock(), 3);
    for (const what of ["one", "two", "three", "four"]) timeline.note(what);
    expect(timeline.entries().map(({ what }) => what)).toEqual(["two", "three", "four"]);
  });

  it("is not changed through what it has handed out", () => {
    const timeline = new Timeline(new SetClock());
    timeline.note("one");
    (timeline.entries() as unknown[]).pop();
    expect(timeline.entries()).toHaveLength(1);
  });

  it("lets no detail take the place of what, when and who", () => {
    expect(JSON.parse(written("joined", { what: "left", at: 7, peer: "nobody" }, "peer"))).toEqual([
      { at: 0, what: "joined", peer: "peer" },
    ]);
  });

  it.each([
    "The step setLocalDescription failed.",
    "have-local-offer",
    "connectionState is disconnected",
    "The peer has not answered for 12 s (attempt 1)",
    "NEGOTIATION_FAILED",
    "InvalidStateError",
    "srflx udp 401",
  ])("keeps what is harmless: %s", (words) => {
    expect(written("event", { words })).toBe(JSON.stringify([{ words, at: 0, what: "event" }]));
  });

  it("cuts long texts", () => {
    const [entry] = JSON.parse(written("event", { words: "word ".repeat(100) })) as { words: string }[];
    expect(entry?.words).toHaveLength(64);
  });
});

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const key = fc.uint8Array({ minLength: 12, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString("base64url"));
const base64 = fc.uint8Array({ minLength: 12, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const hex = fc.uint8Array({ minLength: 8, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const uuid = fc.uuid();
const jwt = fc.tuple(key, key, key).map((parts) => parts.join("."));
const candidate = fc
  .tuple(fc.nat(), ipv4, fc.nat(65535))
  .map(
    ([foundation, address, port]) =>
      `candidate:${String(foundation)} 1 udp 2122260223 ${address} ${String(port)} typ host`,
  );
const credential = fc
  .tuple(fc.integer({ min: 1_600_000_000 }), fc.string({ minLength: 3 }))
  .map(([expiry, user]) => `${String(expiry)}:${user}`);
const fingerprint = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":"));
const secret = fc.oneof(ipv4, ipv6, key, base64, hex, uuid, jwt, fingerprint);

describe("nothing secret gets into a timeline", () => {
  it("of addresses, keys, tokens, fingerprints and identifiers, wherever they stand", () => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom("", "failed at ", "(", "url=", "a "),
        fc.constantFrom("", " again", ")", ".", ":3478"),
        (value, before, after) => {
          const text = `${before}${value}${after}`;
          // Only digits that stand alone, and beginnings that are words by chance, are left of it.
          for (const json of [written(text), written("event", { text })]) expect(json).not.toContain(value);
        },
      ),
      { numRuns: 3000, seed: 3 },
    );
  });

  it("of SDP, candidates and credentials: no attribute, address or port", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          candidate,
          credential,
          fc
            .tuple(candidate, fingerprint)
            .map(
              ([line, print]) =>
                `v=0\r\na=${line}\r\na=fingerprint:sha-256 ${print}\r\na=ice-pwd:asd88fgpdd777uzjYhagZg`,
            ),
        ),
        (text) => {
          const json = written(text, { text });
          expect(json).not.toMatch(/[a-z]=|candidate:|\d+\.\d+\.\d+|\d{7,}:/);
        },
      ),
      { numRuns: 2000, seed: 3 },
    );
  });
});
