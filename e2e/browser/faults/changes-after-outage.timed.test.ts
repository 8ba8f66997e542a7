import { expect, it } from "vitest";
import { LabServer } from "../lab/lab-server.js";
import { eventsMatching, waitForLabels, waitForPeerState } from "../lab/lab-page.js";
import { offersApplied, publish } from "../rig/actions.js";
import { withRig } from "../rig/rig.js";
import { describePairingsConcurrently, usualPairings } from "../support/pairings.js";

const rig = withRig();

describePairingsConcurrently("After a signaling outage", usualPairings, (pairing) => {
  it(
    "F03: a track that one side added while the path was cut too arrives within 2 s of the return, in one fresh offer",
    { timeout: 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { server: await LabServer.start() });
      const offers = await offersApplied(call.pages[1]);
      await call.server.kill();
      await call.waitForState("reconnecting");
      call.path.cut();
      for (const label of ["first", "second", "third"])
        await publish(call.pages[0], label, { stopsAtOnce: label !== "third" });
      call.path.restore();
      await call.server.restart();
      await call.waitForState("joined");
      const since = performance.now();
      await waitForLabels(call.pages[1], "camera,third");
      expect(performance.now() - since).toBeLessThan(2000);
      await call.expectSettled("camera", "camera,third");
      // The first may have been under way when the path was cut.
      expect((await offersApplied(call.pages[1])) - offers).toBeLessThanOrEqual(2);
      expect(await eventsMatching(call.pages[1], /^track second/)).toEqual([]);
    },
  );

  it("F04: the changes of both sides arrive within 3 s of the return", { timeout: 60_000 }, async (test) => {
    const call = await rig.call(test, pairing, { server: await LabServer.start() });
    await call.server.kill();
    await call.waitForState("reconnecting");
    // With the path cut, both have to offer afterwards.
    call.path.cut();
    await call.both((page) => publish(page, "stopped", { stopsAtOnce: true }));
    await call.both((page) => publish(page, "meanwhile"));
    call.path.restore();
    await call.server.restart();
    await call.waitForState("joined");
    const since = performance.now();
    await call.waitForLabels("camera,meanwhile");
    expect(performance.now() - since).toBeLessThan(3000);
    await call.expectSettled("camera,meanwhile");
  });

  it("F33: both are connected within 10 s of the return, on another network", { timeout: 90_000 }, async (test) => {
    const call = await rig.call(test, pairing, { server: await LabServer.start() });
    await call.server.kill();
    await call.waitForState("reconnecting");
    call.path.changeNetwork();
    await call.both((page) => waitForPeerState(page, "reconnecting", 40_000));
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await call.server.restart();
    await call.waitForState("joined");
    const since = performance.now();
    await call.both((page) => waitForPeerState(page, "connected"));
    expect(performance.now() - since).toBeLessThan(10_000);
    await call.expectSettled();
    expect(await call.both((page) => eventsMatching(page, /^peerLeft|failed|gave-up/))).toEqual([[], []]);
  });
});
