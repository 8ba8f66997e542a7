import { expect, it } from "vitest";
import { keepNumbers, numbersInOrder, sendNumbers } from "../rig/actions.js";
import { pickSeed } from "../rig/random.js";
import { withRig } from "../rig/rig.js";
import { describePairingsAtOnce, everyPairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const rig = withRig();

describePairingsAtOnce("A network that is slow and loses some", everyPairing, (pairing) => {
  it(
    "F20: 5 % loss and 200 ms ± 50 ms: in the room within 3 s, connected within 5 s, 1,000 messages arrive once and in order",
    { timeout: 120_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { opened: true, camera: false, seed: pickSeed() });
      for (const proxy of call.tcp) proxy.conditions = { latencyMs: 200, jitterMs: 50, loss: 0.05 };
      await call.joinOne(0);
      const times: { joined: number; up: number }[] = [];
      await call.joinOne(1);
      await call.pages[1].page.evaluate(() => window.manager.leave());
      for (let round = 0; round < (long ? 100 : 5); round += 1)
        times.push(await call.pages[1].page.evaluate(joinAndTime, call.room));
      expect(Math.max(...times.map(({ joined }) => joined))).toBeLessThan(3000);
      expect(Math.max(...times.map(({ up }) => up))).toBeLessThan(5000);

      await call.pages[1].page.evaluate((room) => window.manager.join(room), call.room);
      await call.seen();
      call.path.set({ delayMs: 200, loss: 0.05 });
      await call.both((page) => keepNumbers(page));
      await call.both((page) => sendNumbers(page, 0, 1000));
      expect(await call.both((page) => numbersInOrder(page, 1000))).toEqual([true, true]);
      expect(call.complaints()).toEqual([]);
    },
  );
});

/** Joins, waits until everybody there is connected, and leaves again. In milliseconds. */
async function joinAndTime(room: string): Promise<{ joined: number; up: number }> {
  const since = performance.now();
  await window.manager.join(room);
  const joined = performance.now() - since;
  await window.lab.until(
    () => [...window.manager.peers.values()].map(({ state }) => state).join(),
    (states) => states === "connected",
  );
  const up = performance.now() - since;
  await window.manager.leave();
  return { joined, up };
}
