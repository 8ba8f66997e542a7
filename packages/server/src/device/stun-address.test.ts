import { describe, expect, it } from "vitest";
import { stunAddress } from "./stun-address.js";

describe("the STUN server of a device", () => {
  it.each([
    ["stun:stun.example.org", "stun.example.org", 3478],
    ["stun:stun.example.org:19302", "stun.example.org", 19302],
    ["stun:192.0.2.1:3479", "192.0.2.1", 3479],
    ["stun:[2001:db8::1]", "2001:db8::1", 3478],
    ["stun:[2001:db8::1]:3479", "2001:db8::1", 3479],
    ["stun:[::ffff:192.0.2.1]", "::ffff:192.0.2.1", 3478],
    ["stun:stun.example.org?transport=udp", "stun.example.org", 3478],
    ["stun:stun.example.org:3479?transport=udp", "stun.example.org", 3479],
    ["STUN:stun.example.org", "stun.example.org", 3478],
  ])("%s is at %s, port %i", (urls, host, port) => {
    expect(stunAddress([{ urls }])).toEqual({ host, port });
  });

  it.each([
    "turn:turn.example.org",
    "stuns:stun.example.org",
    "stun:",
    "stun::3478",
    "stun:h:65536",
    "stun:h:x",
    "stun:2001:db8::1",
    "stun:[]",
    "stun:h/path",
    "",
    `stun:${"h".repeat(256)}`,
  ])("%j is not a STUN server", (urls) => expect(stunAddress([{ urls }])).toBeNull());

  it("is the first valid one, in whichever entry it is", () => {
    expect(stunAddress([])).toBeNull();
    expect(
      stunAddress([{ urls: ["turn:t", "stuns:s"] }, { urls: ["stun:::", "stun:second:1"] }, { urls: "stun:third:2" }]),
    ).toEqual({ host: "second", port: 1 });
  });
});
