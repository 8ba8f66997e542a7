import { expect, it } from "vitest";
import { recordNumbers, numbersInOrder, sendNumbers } from "../rig/actions.js";
import type { Call } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { receivesFrames } from "../lab/lab-page.js";
import { describePairingsConcurrently, usualPairings } from "../support/pairings.js";

const rig = withRig();

describePairingsConcurrently("A video that stalls alone", usualPairings, (pairing) => {
  it("is sent over a new connection once the receiver notices", { timeout: 60_000 }, async (test) => {
    const call = await rig.call(test, pairing, { opened: true });
    await call.joinOne(0);
    await call.joinOne(1, { camera: false });
    await loseVideo(call);
    expect(await rebuilt(call)).toEqual([[], ["A track does not get through."]]);
  });

  it(
    "is sent over a new connection once the sender notices, where the receiver does not (as in Firefox)",
    { timeout: 90_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { opened: true });
      await call.joinOne(0);
      // The receiver sends no media, and its path watch is off.
      await call.joinOne(1, { camera: false, manager: { recovery: { silentMs: 0 } } });
      await loseVideo(call);
      expect(await rebuilt(call)).toEqual([["A track does not get through."], []]);
    },
  );
});

/** Drops the video packets of the first until its connection is replaced; the second loses no message meanwhile. */
async function loseVideo(call: Call): Promise<void> {
  const [sender, receiver] = call.pages;
  await receivesFrames(receiver, 30);
  await recordNumbers(receiver);
  call.path.set({ without: await sender.page.evaluate(sentStreams) }, 0);
  await sendNumbers(sender, 0, 10);
  await sender.page.evaluate(() =>
    window.lab.until(
      () => window.lab.connection(),
      (connection) => connection !== window.kept.lost,
      60_000,
    ),
  );
  await sendNumbers(sender, 10, 20);
  await receivesFrames(receiver, 10);
  expect(await numbersInOrder(receiver, 20)).toBe(true);
}

/** The SSRCs of the video that a page sends: the stream and its repair packets. */
async function sentStreams(): Promise<number[]> {
  const peer = window.lab.peer();
  window.kept.lost = peer?.connection;
  const reports = [...((await peer?.getStats()) ?? new Map<string, unknown>()).values()] as {
    type: string;
    ssrc?: number;
    rtxSsrc?: number;
  }[];
  return reports
    .filter(({ type }) => type === "outbound-rtp")
    .flatMap(({ ssrc, rtxSsrc }) => [ssrc, rtxSsrc].filter((stream) => stream !== undefined));
}

/** The causes for which each of the two has replaced the connection. */
function rebuilt(call: Call): Promise<[unknown, unknown]> {
  return call.both(({ page }) => page.evaluate(() => window.kept.rebuilt));
}
