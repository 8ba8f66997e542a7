import { turnCredentials, turnServers } from "@sig/server/turn";
import { describe, expect, it } from "vitest";
import { newKey } from "./client.js";
import { startServer } from "./harness.js";

const secret = "north";
const newYear = Date.UTC(2026, 0, 1);

/** The message of what a call throws, as a host reads it. */
function complaint(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return "nothing was thrown";
}

describe("turnCredentials", () => {
  it("makes what coturn's use-auth-secret expects", () => {
    // printf '1767229200:ada' | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredentials({ secret, user: "ada", now: newYear })).toEqual({
      username: "1767229200:ada",
      credential: "wZJD3UAAsxxZg2CRSvc2OSPTF0I=",
      ttl: 3600,
    });
  });

  it("is good for as long as it says, to the millisecond", () => {
    expect(turnCredentials({ secret, user: "ada", ttl: 5, now: newYear + 1 }).username).toBe("1767225606:ada");
    expect(turnCredentials({ secret, user: "ada", ttl: 5, now: newYear }).username).toBe("1767225605:ada");
    const expiry = Number(turnCredentials({ secret, user: "ada", ttl: 86_400 }).username.split(":")[0]);
    expect(expiry * 1000 - Date.now()).toBeGreaterThan(86_399_000);
  });

  it("refuses what cannot be meant, in words that help and without the secret", () => {
    expect(complaint(() => turnCredentials({ secret: "", user: "ada" }))).toContain("TURN_SECRET");
    expect(complaint(() => turnCredentials({ secret: undefined as never, user: "ada" }))).toContain("TURN_SECRET");
    for (const user of ["", "two words", "ada\n", "é", "a".repeat(257)])
      expect(complaint(() => turnCredentials({ secret, user }))).toMatch(/^user must be 1 to 256/);
    for (const ttl of [0, -1, 1.5, 86_401, NaN, "60" as never])
      expect(complaint(() => turnCredentials({ secret, user: "ada", ttl }))).toBe(
        "ttl must be a whole number of seconds from 1 to 86400.",
      );
    expect(complaint(() => turnCredentials({ secret, user: "ada", now: NaN }))).toMatch(/^now must be a time/);
  });
});

describe("turnServers", () => {
  const urls = ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"];

  it("gives each peer that joins a username of its own, and nobody sees another's", async () => {
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

  it("has no STUN server where none was named", () => {
    const { iceServers, ttl } = turnServers({ urls: "turn:[2001:db8::1]:3478", secret, ttl: 60 })({ id: "ada" });
    expect(iceServers).toMatchObject([{ urls: ["turn:[2001:db8::1]:3478"] }]);
    expect(ttl).toBe(60);
  });

  it("says at once which address is none, and repeats neither it nor the secret", () => {
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
      const said = complaint(() => turnServers({ urls: ["turn:good.example.org", url], secret }));
      expect(said).toBe("urls: the address number 2 of 2 must be like turn:turn.example.org:3478?transport=udp.");
    }
    expect(complaint(() => turnServers({ urls: [], secret }))).toContain("at least one TURN server");
    expect(complaint(() => turnServers({ urls, secret, stun: "turn:host" }))).toContain("stun:stun.example.org:3478");
    expect(complaint(() => turnServers({ urls, secret: "" }))).toContain("TURN_SECRET");
    expect(complaint(() => turnServers({ urls, secret, ttl: 0 }))).toMatch(/^ttl must be/);
  });
});
