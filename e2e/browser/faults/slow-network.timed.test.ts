import { expect, it } from "vitest";
import { recordNumbers, numbersInOrder, sendNumbers } from "../rig/actions.js";
import { pickSeed } from "../rig/random.js";
import { withRig } from "../rig/rig.js";
import { describePairingsConcurrently, usualPairings } from "../support/pairings.js";

const joins = process.env.SIG_LONG === undefined ? 5 : 40;
const rig = withRig();

describePairingsConcurrently("On a slow network that loses packets", usualPairings, (pairing) => {
  it(
    "F20: with 5 % loss and 200 ± 50 ms, joins take at most 3 s, connections 5 s, and 1,000 messages arrive in order",
    { timeout: 90_000 + joins * 6000 },
    async (test) => {
      const call = await rig.call(test, pairing, { opened: true, camera: false, seed: pickSeed() });
      for (const proxy of call.tcp) proxy.conditions = { latencyMs: 200, jitterMs: 50, loss: 0.05 };
      await call.joinOne(0);
      const times: { joined: number; connected: number }[] = [];
      await call.joinOne(1);
      await call.pages[1].page.evaluate(() => window.manager.leave());
      for (let round = 0; round < joins; round += 1)
        times.push(await call.pages[1].page.evaluate(joinAndTime, call.room));
      expect(Math.max(...times.map(({ joined }) => joined))).toBeLessThan(3000);
      expect(Math.max(...times.map(({ connected }) => connected))).toBeLessThan(5000);

      await call.pages[1].page.evaluate((room) => window.manager.join(room), call.room);
      await call.receivesMedia();
      call.path.set({ delayMs: 200, loss: 0.05 });
      await call.both((page) => recordNumbers(page));
      await call.both((page) => sendNumbers(page, 0, 1000));
      expect(await call.both((page) => numbersInOrder(page, 1000))).toEqual([true, true]);
      expect(call.pageErrors()).toEqual([]);
    },
  );
});

/** Joins, waits until every peer is connected, and leaves. Returns milliseconds since the start. */
async function joinAndTime(room: string): Promise<{ joined: number; connected: number }> {
  const since = performance.now();
  await window.manager.join(room);
  const joined = performance.now() - since;
  await window.lab.until(
    () => [...window.manager.peers.values()].map(({ state }) => state).join(),
    (states) => states === "connected",
  );
  const connected = performance.now() - since;
  await window.manager.leave();
  return { joined, connected };
}
