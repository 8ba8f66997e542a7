import { expect, it } from "vitest";
import { keepNumbers, numbersInOrder, sendNumbers } from "../rig/actions.js";
import type { Call } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { seesFrames } from "../lab/pair.js";
import { describePairingsAtOnce, everyPairing } from "../support/pairings.js";

const rig = withRig();

describePairingsAtOnce("A picture that arrives no more, though everything else does", everyPairing, (pairing) => {
  it("is had over another connection as soon as who receives it has noticed", { timeout: 60_000 }, async (test) => {
    const call = await rig.call(test, pairing, { opened: true });
    await call.joinOne(0);
    await call.joinOne(1, { camera: false });
    await losesPicture(call);
    expect(await rebuilt(call)).toEqual([[], ["A track does not get through."]]);
  });

  it(
    "is had over another connection where who receives it notices nothing, as Firefox does, once who sends it has",
    { timeout: 90_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { opened: true });
      await call.joinOne(0);
      // Nothing is sent back but what the network stack says by itself, and the watch for silence is off.
      await call.joinOne(1, { camera: false, manager: { recovery: { silentMs: 0 } } });
      await losesPicture(call);
      expect(await rebuilt(call)).toEqual([["A track does not get through."], []]);
    },
  );
});

/** The second sees the first until nothing of its picture arrives any more, and then again; of what is said meanwhile nothing is lost. */
async function losesPicture(call: Call): Promise<void> {
  const [sees, seen] = [call.pages[1], call.pages[0]];
  await seesFrames(sees, 30);
  await keepNumbers(sees);
  call.path.set({ without: await seen.page.evaluate(sentStreams) }, 0);
  await sendNumbers(seen, 0, 10);
  await seen.page.evaluate(() =>
    window.lab.until(
      () => window.manager.peers.values().next().value?.connection,
      (connection) => connection !== window.kept.lost,
      60_000,
    ),
  );
  await sendNumbers(seen, 10, 20);
  await seesFrames(sees, 10);
  expect(await numbersInOrder(sees, 20)).toBe(true);
}

/** The SSRCs of what a page sends of pictures: the stream itself and that of its repair packets. */
async function sentStreams(): Promise<number[]> {
  const peer = [...window.manager.peers.values()][0];
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

/** Why each of the two has replaced the connection. */
function rebuilt(call: Call): Promise<[unknown, unknown]> {
  return call.both(({ page }) => page.evaluate(() => window.kept.rebuilt));
}
