import { expect, it } from "vitest";
import { LabServer } from "../lab/lab-server.js";
import { waitForState } from "../lab/lab-page.js";
import { withRig } from "../rig/rig.js";
import { describePairingsConcurrently } from "../support/pairings.js";

/** Longer than the server's pings and its grace period together take to remove a page that does not answer. */
const frozenMs = process.env.SIG_LONG === undefined ? 15_000 : 10 * 60_000;
const graceMs = 5000;
const rig = withRig();

// Only Chromium can freeze a page.
describePairingsConcurrently("A page in Chromium", ["chromium chromium", "chromium firefox"], (pairing) => {
  it(
    `F27: that is frozen for ${String(frozenMs / 1000)} s rejoins and exchanges video within 3 s`,
    { timeout: frozenMs + 90_000 },
    async (test) => {
      const call = await rig.call(test, pairing, {
        server: await LabServer.start({ GRACE_MS: String(graceMs) }),
        spoilsPages: true,
      });
      const [frozen] = call.pages;
      const session = await frozen.context.newCDPSession(frozen.page);
      await session.send("Page.enable");
      await session.send("Page.setWebLifecycleState", { state: "frozen" });
      await new Promise((resolve) => setTimeout(resolve, frozenMs));
      await session.send("Page.setWebLifecycleState", { state: "active" });
      const since = performance.now();
      await waitForState(frozen, "joined");
      await call.receivesMedia(1);
      expect(performance.now() - since).toBeLessThan(3000);
      await call.expectSettled();
    },
  );
});
