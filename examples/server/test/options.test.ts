import { describe, expect, it } from "vitest";
import { readConnectionOptions } from "../src/connection-options.js";
import { readIceServers } from "../src/ice-servers.js";
import { readPort } from "../src/port.js";

describe("PORT", () => {
  it("defaults to 3000", () => {
    expect([readPort(undefined), readPort("")]).toEqual([3000, 3000]);
  });

  it.each(["0", "1", "65535"])("accepts %s", (text) => {
    expect(readPort(text)).toBe(Number(text));
  });

  it.each(["65536", "-1", "3.5", "0x10", "1e3", " 80", "http"])("rejects %j", (text) => {
    expect(() => readPort(text)).toThrow(/whole number from 0 to 65535/);
  });
});

describe("TURN_URLS, TURN_SECRET and STUN_URLS", () => {
  const peer = { id: "ada", room: "r", socket: undefined as never };

  it("give no ICE servers by default", () => {
    expect(readIceServers({})).toBeUndefined();
    expect(readIceServers({ TURN_URLS: "", STUN_URLS: " " })).toBeUndefined();
  });

  it("give STUN servers alone, or TURN servers with credentials for each peer", () => {
    expect(readIceServers({ STUN_URLS: "stun:a, stun:b" })).toEqual([{ urls: ["stun:a", "stun:b"] }]);
    const made = readIceServers({ TURN_URLS: "turn:a,turns:b", TURN_SECRET: "s", STUN_URLS: "stun:a" });
    expect(typeof made === "function" && made(peer)).toMatchObject({
      iceServers: [
        { urls: ["stun:a"] },
        { urls: ["turn:a", "turns:b"], username: expect.stringMatching(/^\d+:ada$/) as string },
      ],
      ttl: 3600,
    });
  });

  it("throw an error for a missing secret and for an invalid address", () => {
    expect(() => readIceServers({ TURN_URLS: "turn:a" })).toThrow("TURN_SECRET");
    expect(() => readIceServers({ TURN_URLS: "a", TURN_SECRET: "s" })).toThrow("turn:turn.example.org");
  });
});

describe("ORIGINS, CONNECTIONS_PER_ADDRESS and TRUSTED_PROXIES", () => {
  it("T20: list origins, and change nothing if they are empty", () => {
    expect(readConnectionOptions({ ORIGINS: "https://a.example, https://b.example" })).toEqual({
      origins: ["https://a.example", "https://b.example"],
    });
    expect(readConnectionOptions({ ORIGINS: " ", CONNECTIONS_PER_ADDRESS: "", TRUSTED_PROXIES: "" })).toEqual({
      origins: [],
    });
  });

  it("T18: are whole numbers", () => {
    expect(readConnectionOptions({ CONNECTIONS_PER_ADDRESS: "50", TRUSTED_PROXIES: "1" })).toMatchObject({
      connectionsPerAddress: 50,
      trustedProxies: 1,
    });
    for (const text of ["-1", "1.5", "many"])
      expect(() => readConnectionOptions({ TRUSTED_PROXIES: text })).toThrow("Invalid TRUSTED_PROXIES");
  });
});
