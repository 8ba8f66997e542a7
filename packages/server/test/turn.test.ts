import { turnCredentials, turnServers } from "@sig/server/turn";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { startServer } from "./harness.js";

const secret = "north";
const newYear = Date.UTC(2026, 0, 1);

/** The message of the TypeError that a call throws. */
function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return "nothing was thrown";
}

describe("turnCredentials", () => {
  it("makes what `use-auth-secret` of coturn expects", () => {
    // printf '1767229200:ada' | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredentials({ secret, user: "ada", now: newYear })).toEqual({
      username: "1767229200:ada",
      credential: "wZJD3UAAsxxZg2CRSvc2OSPTF0I=",
      ttl: 3600,
    });
  });

  it("makes credentials that are valid for `ttl`, to the millisecond", () => {
    expect(turnCredentials({ secret, user: "ada", ttl: 5, now: newYear + 1 }).username).toBe("1767225606:ada");
    expect(turnCredentials({ secret, user: "ada", ttl: 5, now: newYear }).username).toBe("1767225605:ada");
    const expiry = Number(turnCredentials({ secret, user: "ada", ttl: 86_400 }).username.split(":")[0]);
    expect(expiry * 1000 - Date.now()).toBeGreaterThan(86_399_000);
  });

  it("throws for invalid options, with the way out in the message and without the secret", () => {
    expect(messageOf(() => turnCredentials({ secret: "", user: "ada" }))).toContain("TURN_SECRET");
    expect(messageOf(() => turnCredentials({ secret: undefined as never, user: "ada" }))).toContain("TURN_SECRET");
    for (const user of ["", "two words", "ada\n", "é", "a".repeat(257)])
      expect(messageOf(() => turnCredentials({ secret, user }))).toMatch(/^user must be 1 to 256/);
    for (const ttl of [0, -1, 1.5, 86_401, NaN, "60" as never])
      expect(messageOf(() => turnCredentials({ secret, user: "ada", ttl }))).toBe(
        `ttl must be a whole number of seconds from 1 to 86400, not ${ttl}.`,
      );
    expect(messageOf(() => turnCredentials({ secret, user: "ada", now: NaN }))).toMatch(/^now must be a time/);
  });
});

describe("turnServers", () => {
  const urls = ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"];

  it("gives each peer that joins a username of its own, and no peer sees another's", async () => {
    const { connect } = await startServer({ iceServers: turnServers({ urls, secret, stun: "stun:stun.example.org" }) });
    const [ada, grace] = [await connect(), await connect()];
    const forAda = await ada.join("r", { key: newKey() });
    const forGrace = await grace.join("r", { key: newKey() });
    for (const { id, iceServers, iceServersTtl } of [forAda, forGrace]) {
      expect(iceServersTtl).toBe(3600);
      expect(iceServers).toEqual([
        { urls: ["stun:stun.example.org"] },
        {
          urls,
          username: expect.stringMatching(`^\\d{10}:${id}$`) as string,
          credential: expect.stringMatching(/^[\w+/]{27}=$/) as string,
        },
      ]);
    }
    expect(forAda.iceServers?.[1]?.credential).not.toBe(forGrace.iceServers?.[1]?.credential);
    await ada.next("joined");
    expect(JSON.stringify(ada.log)).toContain(forGrace.id);
    expect(JSON.stringify(ada.log)).not.toContain(forGrace.iceServers?.[1]?.credential);
    expect(JSON.stringify([ada.log, grace.log])).not.toContain(secret);
  });

  it("has no STUN server where none is configured", () => {
    const options = { urls: "turn:[2001:db8::1]:3478", secret, ttl: 60, now: () => newYear };
    const { iceServers, ttl } = turnServers(options)({ id: "ada" });
    expect(iceServers).toMatchObject([{ urls: ["turn:[2001:db8::1]:3478"], username: "1767225660:ada" }]);
    expect(ttl).toBe(60);
  });

  it("names the position of an invalid address, and repeats neither it nor the secret", () => {
    const wrong = [
      "https://turn.example.org",
      "turn.example.org",
      "stun:turn.example.org",
      "turn:host?transport=tls",
      "turn:user@host",
      "turn:host:123456",
      "turn:host:65536",
      "turns:host:0?transport=tcp",
      "",
      3 as never,
    ];
    for (const url of wrong) {
      const message = messageOf(() => turnServers({ urls: ["turn:good.example.org", url], secret }));
      expect(message).toBe(
        "urls: address 2 of 2 is invalid: expected an address like turn:turn.example.org:3478?transport=udp.",
      );
    }
    expect(messageOf(() => turnServers({ urls: [], secret }))).toContain("at least one TURN server");
    expect(messageOf(() => turnServers({ urls, secret, stun: "turn:host" }))).toContain("stun:stun.example.org:3478");
    expect(messageOf(() => turnServers({ urls, secret: "" }))).toContain("TURN_SECRET");
    expect(messageOf(() => turnServers({ urls, secret, ttl: 0 }))).toMatch(/^ttl must be/);
  });
});
