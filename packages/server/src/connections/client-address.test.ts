import { describe, expect, it } from "vitest";
import { clientAddress } from "./client-address.js";

const proxy = "10.0.0.9";

function request(remoteAddress: string | undefined, forwarded?: string | string[]) {
  return { headers: { ...(forwarded !== undefined && { "x-forwarded-for": forwarded }) }, socket: { remoteAddress } };
}

describe("the address that a connection counts on", () => {
  it("T18: is that of its socket; the header is ignored without a trusted proxy", () => {
    expect(clientAddress(request("203.0.113.7", "198.51.100.1"), 0)).toBe("203.0.113.7");
  });

  it.each([
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:CB00:7107", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["64:ff9b::192.0.2.33", "64:ff9b:0:0::/64"],
    [undefined, "unknown"],
    ["", "unknown"],
  ])("T18: %s counts as %s", (given, counted) => {
    expect(clientAddress(request(given), 0)).toBe(counted);
  });

  it.each([
    ["1.1.1.1", 1, "1.1.1.1"],
    ["9.9.9.9, 1.1.1.1", 1, "1.1.1.1"],
    ["9.9.9.9, 1.1.1.1, 10.0.0.8", 2, "1.1.1.1"],
    ["9.9.9.9,1.1.1.1,10.0.0.8", 3, "9.9.9.9"],
    ["1.1.1.1:4711", 1, "1.1.1.1"],
    ["[2001:db8:1:2::5]:4711", 1, "2001:db8:1:2::/64"],
    ["[2001:db8:1:2::5]", 1, "2001:db8:1:2::/64"],
    ["2001:db8:1:2::5", 1, "2001:db8:1:2::/64"],
    [" ::ffff:1.1.1.1 ", 1, "1.1.1.1"],
  ])("T18: of %j, %i trusted proxies from the right give %s", (header, proxies, counted) => {
    expect(clientAddress(request(proxy, header), proxies)).toBe(counted);
  });

  it("T18: several headers count as one, in their order", () => {
    expect(clientAddress(request(proxy, ["9.9.9.9", "8.8.8.8, 1.1.1.1"]), 1)).toBe("1.1.1.1");
  });

  it.each([
    [undefined, 1],
    ["", 1],
    ["1.1.1.1", 2],
    ["1.1.1.1,", 1],
    ["1.1.1.1, unknown", 1],
    ["1.1.1.1, 1.2.3", 1],
    ["1.1.1.1, 999.1.1.1", 1],
    ["1.1.1.1, 2001:db8::1::2", 1],
    ["1.1.1.1, 2.2.2.2 3.3.3.3", 1],
    ["1.1.1.1, [2.2.2.2", 1],
    [`${"1,".repeat(5_000)}x`, 1],
  ])("T18: with the header %j and %i proxies, the address is that of the last proxy", (header, proxies) => {
    expect(clientAddress(request(proxy, header), proxies)).toBe(proxy);
  });
});
