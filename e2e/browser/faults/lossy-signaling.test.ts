import { expect, it } from "vitest";
import { keepNumbers, labelsAfter, numbersInOrder, prepareToggle, sendNumbers, toggle } from "../rig/actions.js";
import { reach, type Call } from "../rig/call.js";
import { byChance, isRelayed } from "../rig/frames.js";
import { pickSeed } from "../rig/random.js";
import { withRig } from "../rig/rig.js";
import { describePairingsAtOnce, everyPairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const rounds = long ? 400 : 20;
/** For each pairing: a hundred of all three. */
const resets = long ? 100 : 34;
const rig = withRig();

describePairingsAtOnce("Signaling that is bad", everyPairing, (pairing) => {
  it(
    `F05: one connection reset ${String(resets)} times in this pairing keeps its id, its peer hears of no exit and no join, and every change and message arrives once`,
    { timeout: 180_000 },
    async (test) => {
      // With WebSockets alone each reset is an end: browsers send a request again that was reset before it was answered.
      const call = await rig.call(test, pairing, { socket: { transports: ["websocket"] } });
      const [reset, witness] = call.pages;
      await Promise.all([prepareToggle(reset), keepNumbers(witness)]);
      const id = call.ids[0];
      for (let round = 0; round < resets; round += 1) {
        call.tcp[0]?.cut();
        if (round % 10 < 2) await toggle(reset, round);
        await sendNumbers(reset, round, round + 1);
        await reset.page.evaluate(
          (returns) =>
            window.lab.until(
              () => window.heard.filter((line) => line === "state joined").length,
              (joins) => joins === returns,
            ),
          round + 2,
        );
      }
      expect(await numbersInOrder(witness, resets)).toBe(true);
      await call.atRest();
      expect(await reset.page.evaluate(() => window.manager.id)).toBe(id);
      expect(
        await witness.page.evaluate(() => window.heard.filter((line) => /^peerJoined|^peerLeft/.test(line))),
      ).toEqual(["peerJoined"]);
      expect(await call.both(({ page }) => page.evaluate(() => window.rigConnections.length))).toEqual([1, 1]);
    },
  );

  it(
    "F21: one frame in twenty is lost with its connection, and every change of both sides arrives",
    { timeout: 300_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { proxies: "frames" });
      const seed = setChances(call, { cut: 0.05 });
      await changeTogether(call);
      expect(count(call, "cut"), `seed ${String(seed)}`).toBeGreaterThan(0);
    },
  );

  it(
    "F22: one frame in ten comes twice and one in ten too late: each description is applied once, and every change arrives",
    { timeout: 300_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { proxies: "frames" });
      const seed = setChances(call, { double: 0.1, swap: 0.1 });
      await changeTogether(call);
      expect(count(call, "double"), `seed ${String(seed)}`).toBeGreaterThan(0);
      expect(count(call, "swap"), `seed ${String(seed)}`).toBeGreaterThan(0);
      for (const applied of await call.both(({ page }) =>
        page.evaluate(() => window.rigApplied.filter((line) => /^offer|^answer/.test(line))),
      )) {
        expect(applied, `seed ${String(seed)}`).toEqual([...new Set(applied)]);
      }
    },
  );
});

/** What happens to messages between the two, by chance; gives back the seed. */
function setChances(call: Call, rates: Parameters<typeof byChance>[1]): number {
  const seed = pickSeed();
  console.log(`${call.room}: SIG_SEED=${String(seed)}`);
  for (const [index, proxy] of call.frames.entries()) proxy.fate = byChance(seed + index, rates, isRelayed);
  return seed;
}

/** Both change something at the same time, again and again; each time it has to arrive on both sides. */
async function changeTogether(call: Call): Promise<void> {
  await call.both((page) => prepareToggle(page));
  for (let round = 0; round < rounds; round += 1) {
    await call.both((page) => toggle(page, round));
    await call.both((page) => reach(page, "labels", labelsAfter(round), 30_000));
  }
  await call.atRest();
}

function count(call: Call, fate: string): number {
  return call.frames.reduce((sum, { counts }) => sum + (counts[fate] ?? 0), 0);
}
