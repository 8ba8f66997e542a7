import { expect, it } from "vitest";
import { connected, seesFrames } from "../lab/pair.js";
import { comeBack, keepNumbers, labelsAfter, numbersInOrder, prepareToggle, toggle } from "../rig/actions.js";
import type { Call } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { describePairings, everyPairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
/** In each pairing. */
const restarts = long ? 1000 : 68;
const crossings = long ? 200 : 16;
/**
 * One after the other. Chromium goes on checking the pairs of generations that are gone, twenty in a second: after dozens
 * of restarts in as many seconds, those of the newest wait for so long that Firefox takes the path for lost.
 */
const restartsOfOne = 4;
/**
 * What Firefox does now and then when an offer is taken back and ICE restarted: it drops the other's picture, or its DTLS
 * transport fails under ICE that is connected. Both are mended by a new connection; nothing else replaces one here.
 */
const faultsOfFirefox = ["A track does not get through.", "The encryption between the two failed."];
const rig = withRig();

describePairings("ICE restarts", everyPairing, (pairing) => {
  it(
    `F34: on both sides at the same instant, ${String(restarts)} times in this pairing: stable each time, and both have the same generation`,
    { timeout: 20 * 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      for (let round = 0; round < restarts; round += 1) {
        if (round % restartsOfOne === 0) await reconnect(call);
        const at = Date.now() + 20;
        const before = await call.pages[0].page.evaluate(localUfrag);
        await call.both(({ page }) => page.evaluate(restartIce, at));
        await call.both(({ page }) => page.evaluate(untilRestarted, before));
        // Where the path was away for a moment, there is one more restart under way.
        await call.agreed();
      }
      await call.atRest();
      const mended = (await call.both(({ page }) => page.evaluate(() => window.kept.rebuilt as string[]))).flat();
      const known = pairing.includes("firefox") ? faultsOfFirefox : [];
      expect(
        mended.filter((cause) => !known.includes(cause)),
        await replacements(call),
      ).toEqual([]);
      const connections = 1 + Math.ceil(restarts / restartsOfOne) + mended.length;
      expect(
        await call.both(({ page }) => page.evaluate(() => window.rigConnections.length)),
        await replacements(call),
      ).toEqual([connections, connections]);
    },
  );

  it(
    `F35: on one side, while the other adds or removes a track, ${String(crossings)} times: both take effect`,
    { timeout: 10 * 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      await prepareToggle(call.pages[1]);
      for (let round = 0; round < crossings; round += 1) {
        if (round % restartsOfOne === 0) await reconnect(call);
        const at = Date.now() + 20;
        const before = await call.pages[0].page.evaluate(localUfrag);
        await Promise.all([call.pages[0].page.evaluate(restartIce, at), toggle(call.pages[1], round, at)]);
        await call.both(({ page }, end) => page.evaluate(untilRestarted, end === 0 ? before : undefined));
        await call.pages[0].page.evaluate(
          (labels) =>
            window.lab.until(
              () => [...(window.kept.labels as string[])].sort().join(),
              (now) => now === labels,
            ),
          labelsAfter(round),
        );
        // A path that ICE believes in may yet lead nowhere.
        await call.both((page) => seesFrames(page, 2));
      }
      await call.atRest();
    },
  );

  it(
    "F49: lose nothing of what a data channel carries, and no more than 1 MiB waits",
    { timeout: 120_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      await call.both((page) => keepNumbers(page));
      const sending = call.both(({ page }) => page.evaluate(sendUnderPressure, 600));
      for (let round = 0; round < 5; round += 1) {
        const before = await call.pages[0].page.evaluate(localUfrag);
        await call.both(({ page }) => page.evaluate(restartIce, 0));
        await call.both(({ page }) => page.evaluate(untilRestarted, before));
      }
      for (const { refusals, most } of await sending) {
        // It was refused when it was too much, and never let in more than is promised.
        expect(refusals).toBeGreaterThan(0);
        expect(most).toBeLessThanOrEqual(1024 * 1024);
      }
      expect(await call.both((page) => numbersInOrder(page, 600))).toEqual([true, true]);
      await call.atRest();
    },
  );
});

function restartIce(at: number): void {
  // Pages of one machine have one clock: they restart in the same millisecond or two.
  while (Date.now() < at);
  [...window.manager.peers.values()][0]?.connection?.restartIce();
}

function localUfrag(): string | undefined {
  return window.lab.generations([...window.manager.peers.values()][0]?.connection).local;
}

/** What there is to say where a connection was replaced by another. */
async function replacements(call: Call): Promise<string> {
  const ends = await call.both(({ page }) =>
    page.evaluate(() =>
      window.manager.timeline().filter(({ what }) => ["recovery", "connection made", "peer joined"].includes(what)),
    ),
  );
  return ends
    .flatMap((entries, end) => entries.slice(-60).map((entry) => `${String(end)} ${JSON.stringify(entry)}`))
    .join("\n");
}

/** The second leaves and comes back, so that both have a new connection. */
async function reconnect(call: Call): Promise<void> {
  await comeBack(call, 1);
  await call.both((page) => connected(page, 1));
}

/** Waits until the generation is not the one named on either side of this connection, and everything is stable and connected. */
async function untilRestarted(before: string | undefined): Promise<void> {
  await window.lab.until(
    () => {
      const connection = [...window.manager.peers.values()][0]?.connection;
      const used = [connection?.localDescription, connection?.remoteDescription].some(
        (description) => before !== undefined && description?.sdp.includes(`a=ice-ufrag:${before}`),
      );
      return [connection?.signalingState, connection?.iceConnectionState, used].join();
    },
    (now) => now === "stable,connected,false" || now === "stable,completed,false",
    10_000,
  );
}

/** Sends numbers, and ballast, as fast as it is let; where it is refused it waits a moment and goes on. Resolves with how often, and with how much was let in at once at most. */
async function sendUnderPressure(count: number): Promise<{ refusals: number; most: number }> {
  const [peer] = window.manager.peers.values();
  const ballast = "x".repeat(20_000);
  let refusals = 0;
  let most = 0;
  let atOnce = 0;
  const send = async (type: string, data: unknown): Promise<void> => {
    for (;;) {
      try {
        peer?.send(type, data);
        atOnce += JSON.stringify({ type, data }).length;
        most = Math.max(most, atOnce);
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== "BACKPRESSURE") throw error;
        refusals += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        atOnce = 0;
      }
    }
  };
  for (let number = 0; number < count; number += 1) {
    await send("number", number);
    await send("ballast", ballast);
  }
  return { refusals, most };
}
