import { expect, it } from "vitest";
import { withRig } from "../rig/rig.js";
import { recordedRoster, recordRoster } from "../rig/roster.js";
import { describePairings, everyPairing } from "../support/pairings.js";

const rig = withRig();

describePairings("A page", everyPairing, (pairing) => {
  it(
    "F28: that reloads leaves and joins once, is never in the room twice, and connects within 3 s",
    { timeout: 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      const [witness, reloading] = call.pages;
      await recordRoster(witness);
      const since = performance.now();
      await reloading.page.reload();
      const loaded = performance.now();
      const before = call.ids[1];
      await call.joinOne(1);
      expect(call.ids[1]).not.toBe(before);
      await call.receivesMedia(1);
      expect(performance.now() - loaded, `loaded after ${String(loaded - since)} ms`).toBeLessThan(3000);
      expect(await recordedRoster(witness)).toEqual({ most: 1, changes: ["peerLeft left", "peerJoined"] });
      await call.expectSettled();
    },
  );
});
