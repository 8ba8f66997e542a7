import { describe, expect, it } from "vitest";
import { transports } from "./client.js";
import { startServer } from "./harness.js";
import type { Threat } from "./threat.js";
import { threats } from "./threats.js";

describe.each(transports)("attacks over %s", (transport) => {
  describe.each([
    ["keys", true],
    ["the base protocol", false],
  ])("peers with %s", (_, keyed) => {
    for (const { title, check, raw = false } of Object.values<Threat>(threats)) {
      if (raw && !(keyed && transport === "websocket")) continue;
      it(title, async () => {
        // The rate limit has tests of its own; here it would hide defenses that must hold without it.
        const { url, connect, signaling } = await startServer({ rateLimit: false, graceMs: 0 });
        const faults: unknown[] = [];
        signaling.on("error", (fault) => faults.push(fault));
        await check({ url, connect }, transport, keyed);
        expect(faults, "no part of the server failed").toEqual([]);
      });
    }
  });
});
