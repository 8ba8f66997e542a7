import { expect, it } from "vitest";
import { LabServer } from "../lab/lab.js";
import { seesFrames, type LabPage } from "../lab/pair.js";
import { publish } from "../rig/actions.js";
import { reach } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { describePairingsAtOnce, everyPairing } from "../support/pairings.js";

const rig = withRig();

describePairingsAtOnce("While the signaling server is away", everyPairing, (pairing) => {
  it(
    "F03: a track that one side adds is seen by the other at once, over their own data channel, by one fresh offer",
    { timeout: 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { server: await LabServer.start() });
      const offers = await offersApplied(call.pages[1]);
      // On a machine that is busy, one may have restarted while they met.
      await call.both(({ page }) => page.evaluate(() => (window.heard.length = 0)));
      await call.server.kill();
      await call.reach("state", "reconnecting");
      await publish(call.pages[0], "screen");
      await reach(call.pages[1], "labels", "camera,screen");
      await seesFrames(call.pages[1]);
      expect(await offersApplied(call.pages[1])).toBe(offers + 1);
      expect(await call.both(({ page }) => page.evaluate(() => window.manager.state))).toEqual([
        "reconnecting",
        "reconnecting",
      ]);
      // A path that stands is never said to be away, whatever a browser makes of media sections that wait for an answer.
      expect(
        await call.both(({ page }) =>
          page.evaluate(() => window.heard.filter((line) => line === "peerState  reconnecting")),
        ),
      ).toEqual([[], []]);

      await call.server.startAgain();
      await call.atRest("camera", "camera,screen");
    },
  );

  it(
    "F03: a track that one side adds while the path is cut too is an intent, and one fresh offer when both are back",
    { timeout: 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { server: await LabServer.start() });
      const offers = await offersApplied(call.pages[1]);
      await call.server.kill();
      await call.reach("state", "reconnecting");
      call.path.cut();
      for (const label of ["first", "second", "third"])
        await publish(call.pages[0], label, { stopsAtOnce: label !== "third" });
      call.path.mend();
      await call.server.startAgain();
      await call.reach("state", "joined");
      const since = performance.now();
      await reach(call.pages[1], "labels", "camera,third");
      expect(performance.now() - since).toBeLessThan(2000);
      await call.atRest("camera", "camera,third");
      // The first may have been under way when the path was cut.
      expect((await offersApplied(call.pages[1])) - offers).toBeLessThanOrEqual(2);
      expect(
        await call.pages[1].page.evaluate(() => window.heard.filter((line) => line === "track second video")),
      ).toEqual([]);
    },
  );

  it(
    "F04: tracks that both sides add and remove are there on both sides within 3 s of their return",
    { timeout: 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { server: await LabServer.start() });
      await call.server.kill();
      await call.reach("state", "reconnecting");
      // Nothing gets through, so that both offer when it does.
      call.path.cut();
      await call.both((page) => publish(page, "given up", { stopsAtOnce: true }));
      await call.both((page) => publish(page, "meanwhile"));
      call.path.mend();
      await call.server.startAgain();
      await call.reach("state", "joined");
      const since = performance.now();
      await call.reach("labels", "camera,meanwhile");
      expect(performance.now() - since).toBeLessThan(3000);
      await call.atRest("camera,meanwhile");
    },
  );

  it(
    "F33: both move to another network, and are together again within 10 s of its return",
    { timeout: 90_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { server: await LabServer.start() });
      await call.server.kill();
      await call.reach("state", "reconnecting");
      call.path.move();
      await call.both(({ page }) =>
        page.evaluate(() =>
          window.lab.until(
            () => [...window.manager.peers.values()][0]?.state,
            (state) => state === "reconnecting",
            40_000,
          ),
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, 5000));
      await call.server.startAgain();
      await call.reach("state", "joined");
      const since = performance.now();
      await call.both(({ page }) =>
        page.evaluate(() =>
          window.lab.until(
            () => [...window.manager.peers.values()][0]?.state,
            (state) => state === "connected",
          ),
        ),
      );
      expect(performance.now() - since).toBeLessThan(10_000);
      await call.atRest();
      expect(
        await call.both(({ page }) =>
          page.evaluate(() => window.heard.filter((line) => /^peerLeft|failed|gave-up/.test(line))),
        ),
      ).toEqual([[], []]);
    },
  );
});

function offersApplied({ page }: LabPage): Promise<number> {
  return page.evaluate(() => window.rigApplied.filter((line) => line.startsWith("offer")).length);
}
