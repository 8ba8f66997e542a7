import { expect, it } from "vitest";
import { connected, receivesFrames, waitForLabels } from "../lab/lab-page.js";
import { labelsAfter, numbersInOrder, prepareToggle, recordNumbers, rejoin, toggle } from "../rig/actions.js";
import type { Call } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { describePairings, usualPairings } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
/** In each pairing. */
const restarts = long ? 200 : 12;
/** Even: a track that was added is removed again. */
const crossings = long ? 60 : 6;
/** Numbers sent to fill the queue, each with 20 KB of ballast: the queue holds 1 MiB. */
const pressure = long ? 600 : 200;
/**
 * Restarts of one connection. Chromium goes on checking candidate pairs of old generations, twenty a second: after
 * dozens of quick restarts, the pairs of the newest wait so long that Firefox takes the path for lost.
 */
const restartsPerConnection = 4;
/**
 * Faults of Firefox after a rollback with an ICE restart: a received video stalls, or DTLS fails although ICE is
 * connected. The client replaces the connection in both cases; nothing else may replace one here.
 */
const firefoxFaults = ["A track does not get through.", "The encryption failed."];
/** Until frames arrive after such a fault: its sender notices it within 24 s, and that only after a single report. */
const framesMs = 35_000;
const rig = withRig();

describePairings("ICE restarts", usualPairings, (pairing) => {
  it(
    `F34: on both sides at the same moment end in the state stable and one ICE generation, ${String(restarts)} times`,
    { timeout: 20 * 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      for (let round = 0; round < restarts; round += 1) {
        if (round % restartsPerConnection === 0) await reconnect(call);
        const at = Date.now() + 20;
        const before = await call.pages[0].page.evaluate(localUfrag);
        await call.both(({ page }) => page.evaluate(restartIce, at));
        await call.both(({ page }) => page.evaluate(untilRestarted, before));
        // If the path was lost for a moment, one more restart is under way.
        await call.inOneGeneration();
      }
      await call.expectSettled();
      const causes = (await call.both(({ page }) => page.evaluate(() => window.kept.rebuilt as string[]))).flat();
      const known = pairing.includes("firefox") ? firefoxFaults : [];
      expect(
        causes.filter((cause) => !known.includes(cause)),
        await replacements(call),
      ).toEqual([]);
      const made = await call.both(({ page }) => page.evaluate(() => window.rigConnections.length));
      const expected = 1 + Math.ceil(restarts / restartsPerConnection);
      // Both may replace it at once, for a cause each: one of these is enough, or their first offers meet. A first
      // offer is not rolled back, but makes way for the other's on one more connection.
      expect(Math.min(...made), await replacements(call)).toBeGreaterThanOrEqual(expected);
      expect(Math.max(...made), await replacements(call)).toBeLessThanOrEqual(expected + 2 * causes.length);
    },
  );

  it(
    `F35: on one side take effect while the other adds or removes a track, ${String(crossings)} times`,
    { timeout: 10 * 60_000 },
    async (test) => {
      const call = await rig.call(test, pairing);
      await prepareToggle(call.pages[1]);
      for (let round = 0; round < crossings; round += 1) {
        if (round % restartsPerConnection === 0) await reconnect(call);
        const at = Date.now() + 20;
        const before = await call.pages[0].page.evaluate(localUfrag);
        await Promise.all([call.pages[0].page.evaluate(restartIce, at), toggle(call.pages[1], round, at)]);
        await call.both(({ page }, end) => page.evaluate(untilRestarted, end === 0 ? before : undefined));
        await waitForLabels(call.pages[0], labelsAfter(round));
        // Frames prove the path: ICE may report a broken one as connected.
        await call.both((page) => receivesFrames(page, 2, { timeoutMs: framesMs }));
      }
      await call.expectSettled();
    },
  );

  it("F49: lose no message of a data channel, and at most 1 MiB is queued", { timeout: 120_000 }, async (test) => {
    const call = await rig.call(test, pairing);
    await call.both((page) => recordNumbers(page));
    const sending = call.both(({ page }) => page.evaluate(sendUnderPressure, pressure));
    for (let round = 0; round < 5; round += 1) {
      const before = await call.pages[0].page.evaluate(localUfrag);
      await call.both(({ page }) => page.evaluate(restartIce, 0));
      await call.both(({ page }) => page.evaluate(untilRestarted, before));
    }
    for (const { rejections, most } of await sending) {
      // `send` throws when the queue is full, and never queues more than documented.
      expect(rejections).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(1024 * 1024);
    }
    expect(await call.both((page) => numbersInOrder(page, pressure))).toEqual([true, true]);
    await call.expectSettled();
  });
});

function restartIce(at: number): void {
  // All pages of a machine share one clock: both restart in the same millisecond or two.
  while (Date.now() < at);
  window.lab.connection()?.restartIce();
}

function localUfrag(): string | undefined {
  return window.lab.generations(window.lab.connection()).local;
}

/** The events that show why a connection was replaced: an offer of the other end may do it too. */
async function replacements(call: Call): Promise<string> {
  const shown = ["recovery", "connection made", "peer joined", "sent offer", "received offer", "received answer"];
  const ends = await call.both(({ page }) =>
    page.evaluate((shown) => window.manager.timeline().filter(({ what }) => shown.includes(what)), shown),
  );
  return ends
    .flatMap((entries, end) => entries.slice(-100).map((entry) => `${String(end)} ${JSON.stringify(entry)}`))
    .join("\n");
}

/** The second leaves and rejoins, so that both have a new connection. */
async function reconnect(call: Call): Promise<void> {
  await rejoin(call, 1);
  await call.both((page) => connected(page, 1));
}

/** Waits until neither description has this ufrag, and the connection is stable and connected. */
async function untilRestarted(before: string | undefined): Promise<void> {
  await window.lab.until(
    () => {
      const connection = window.lab.connection();
      const used = [connection?.localDescription, connection?.remoteDescription].some(
        (description) => before !== undefined && description?.sdp.includes(`a=ice-ufrag:${before}`),
      );
      return [connection?.signalingState, connection?.iceConnectionState, used].join();
    },
    (now) => now === "stable,connected,false" || now === "stable,completed,false",
    10_000,
  );
}

/**
 * Sends numbers and ballast as fast as `send` allows. Returns how often `send` threw, and the most bytes it queued in a
 * row.
 */
async function sendUnderPressure(count: number): Promise<{ rejections: number; most: number }> {
  const peer = window.lab.peer();
  const ballast = "x".repeat(20_000);
  let rejections = 0;
  let most = 0;
  let queued = 0;
  const send = async (type: string, data: unknown): Promise<void> => {
    for (;;) {
      try {
        peer?.send(type, data);
        queued += JSON.stringify({ type, data }).length;
        most = Math.max(most, queued);
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== "BACKPRESSURE") throw error;
        rejections += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        queued = 0;
      }
    }
  };
  for (let number = 0; number < count; number += 1) {
    await send("number", number);
    await send("ballast", ballast);
  }
  return { rejections, most };
}
