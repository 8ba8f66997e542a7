import { describe, expect, it, type TestContext } from "vitest";
import { eventsMatching, receivesFrames, waitForLabels, waitForState } from "../lab/lab-page.js";
import { LabServer } from "../lab/lab-server.js";
import { offersApplied, publish } from "../rig/actions.js";
import { withRig } from "../rig/rig.js";
import {
  describePairingsConcurrently,
  everyPairing,
  pairingsHere,
  usualPairings,
  type Pairing,
} from "../support/pairings.js";

/** `npm run test:hour` sets SIG_HOUR: an hour is too long for the long tests. */
const longMinutes = process.env.SIG_LONG === undefined ? 0.2 : 5;
const outageMs = (process.env.SIG_HOUR === undefined ? longMinutes : 60) * 60_000;
/** Two attempts are at most 10 s apart: there is one in every window. */
const windowMs = 15_000;
const rig = withRig();

describe.concurrent("While the signaling server is away for long, in every pairing at once,", () => {
  it(
    `F02: both keep retrying for ${String(outageMs / 1000)} s, and rejoin`,
    { timeout: outageMs + 60_000 },
    async (test) => {
      await Promise.all(pairingsHere(everyPairing).map((pairing) => expectRetries(test, pairing)));
    },
  );
});

describePairingsConcurrently("While the signaling server is away", usualPairings, (pairing) => {
  it(
    "F03: a track that one side adds reaches the other with one offer, over their own data channel",
    { timeout: 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { server: await LabServer.start() });
      const offers = await offersApplied(call.pages[1]);
      // On a busy machine, ICE may have restarted while they connected.
      await call.both(({ page }) => page.evaluate(() => (window.events.length = 0)));
      await call.server.kill();
      await call.waitForState("reconnecting");
      await publish(call.pages[0], "screen");
      await waitForLabels(call.pages[1], "camera,screen");
      await receivesFrames(call.pages[1]);
      expect(await offersApplied(call.pages[1])).toBe(offers + 1);
      expect(await call.both(({ page }) => page.evaluate(() => window.manager.state))).toEqual([
        "reconnecting",
        "reconnecting",
      ]);
      // A working path is never reported as lost, whatever a browser does with media sections that wait for an answer.
      expect(await call.both((page) => eventsMatching(page, /^peerState .*reconnecting/))).toEqual([[], []]);

      await call.server.restart();
      await call.expectSettled("camera", "camera,screen");
    },
  );
});

async function expectRetries(test: TestContext, pairing: Pairing): Promise<void> {
  // One with Socket.IO's own delays, and one without Socket.IO's reconnection, where only the manager retries.
  const call = await rig.call(test, pairing, {
    opened: true,
    camera: false,
    manager: { recovery: { rejoinDelayMs: 500 } },
  });
  await call.joinOne(0, { socket: { reconnectionDelay: 1000, reconnectionDelayMax: 5000 } });
  await call.joinOne(1, { socket: { reconnection: false } });
  await call.receivesMedia();
  for (const proxy of call.tcp) {
    proxy.mode = "refusing";
    proxy.cut();
  }
  await call.waitForState("reconnecting");
  for (let waitedMs = 0; waitedMs < outageMs; waitedMs += windowMs) {
    const before = call.tcp.map(({ accepted }) => accepted);
    await new Promise((resolve) => setTimeout(resolve, windowMs));
    for (const [end, { accepted }] of call.tcp.entries()) expect(accepted).toBeGreaterThan(before[end] ?? Infinity);
  }
  expect(await call.both(({ page }) => page.evaluate(() => window.manager.state))).toEqual([
    "reconnecting",
    "reconnecting",
  ]);
  for (const proxy of call.tcp) proxy.mode = "open";
  await call.both((page) => waitForState(page, "joined", 15_000));
  await call.expectSettled("");
}
