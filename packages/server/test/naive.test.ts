import { describe, expect, it, onTestFinished } from "vitest";
import { startChild } from "./child-server.js";
import { type Transport } from "./client.js";
import { connectTo } from "./harness.js";
import { threats } from "./threats.js";

/** What must happen on a server without defences, in the words of the check that falls. */
const falls = [
  [threats.t01, "X hears nothing meant for B"],
  [threats.t02, "A and B hear nothing"],
  [threats.t03, "nobody hears anything"],
  [threats.t06, "B sees who it was"],
  [threats.t07, "B hears of no exit"],
  [threats.t13, "the server goes on"],
] as const;

describe("the checks bite: against a relay as tutorials write it they fail", () => {
  for (const [{ title, check }, complaint] of falls) {
    it(`not so there: ${title}`, async () => {
      const relay = await startChild("naive-relay.mjs");
      onTestFinished(() => relay.stop());
      const target = {
        url: relay.url,
        connect: (transport: Transport = "websocket") => connectTo(relay.url, transport),
      };
      await expect(check(target, "websocket", false)).rejects.toThrow(complaint);
    });
  }
});
