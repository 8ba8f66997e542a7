import { describe, expect, it, onTestFinished } from "vitest";
import { startChild } from "./child-server.js";
import { type Transport } from "./client.js";
import { connectTo } from "./harness.js";
import { threats } from "./threats.js";

/** The checks that must fail on a server without defenses, with the message of each failure. */
const failures = [
  [threats.t01, "X receives nothing meant for B"],
  [threats.t02, "A and B receive nothing"],
  [threats.t03, "nobody receives anything"],
  [threats.t06, "B sees the real sender"],
  [threats.t07, "B receives no exit"],
  [threats.t13, "the server goes on"],
] as const;

describe("the checks fail against a relay as tutorials write it", () => {
  for (const [{ title, check }, failure] of failures) {
    it(`fails there: ${title}`, async () => {
      const relay = await startChild("naive-relay.mjs");
      onTestFinished(() => relay.stop());
      const target = {
        url: relay.url,
        connect: (transport: Transport = "websocket") => connectTo(relay.url, transport),
      };
      await expect(check(target, "websocket", false)).rejects.toThrow(failure);
    });
  }
});
