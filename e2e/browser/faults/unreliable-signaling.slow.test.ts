import { expect, it } from "vitest";
import { recordNumbers, labelsAfter, numbersInOrder, prepareToggle, sendNumbers, toggle } from "../rig/actions.js";
import { eventsMatching, waitForLabels } from "../lab/lab-page.js";
import { type Call } from "../rig/call.js";
import { isRelayed, randomFrames } from "../rig/frame-actions.js";
import { pickSeed } from "../rig/random.js";
import { withRig } from "../rig/rig.js";
import { describePairingsConcurrently, usualPairings } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const rounds = long ? 200 : 12;
/** In each pairing. */
const resets = long ? 100 : 15;
const rig = withRig();

describePairingsConcurrently("Unreliable signaling", usualPairings, (pairing) => {
  it(
    `F05: after ${String(resets)} resets of one connection its id is the same, its peer saw no exit, and ` +
      "every change and message arrived once",
    { timeout: 180_000 },
    async (test) => {
      // WebSockets only: browsers themselves repeat an HTTP request that is reset before its response.
      const call = await rig.call(test, pairing, { socket: { transports: ["websocket"] } });
      const [reset, witness] = call.pages;
      await Promise.all([prepareToggle(reset), recordNumbers(witness)]);
      const id = call.ids[0];
      for (let round = 0; round < resets; round += 1) {
        call.tcp[0]?.cut();
        if (round % 10 < 2) await toggle(reset, round);
        await sendNumbers(reset, round, round + 1);
        await reset.page.evaluate(
          (returns) =>
            window.lab.until(
              () => window.events.filter((line) => line === "state joined").length,
              (joins) => joins === returns,
            ),
          round + 2,
        );
      }
      expect(await numbersInOrder(witness, resets)).toBe(true);
      await call.expectSettled();
      expect(await reset.page.evaluate(() => window.manager.id)).toBe(id);
      expect(await eventsMatching(witness, /^peerJoined|^peerLeft/)).toEqual(["peerJoined"]);
      expect(await call.both(({ page }) => page.evaluate(() => window.rigConnections.length))).toEqual([1, 1]);
    },
  );

  it(
    "F21: every change of both sides arrives when one frame in twenty is lost with its connection",
    { timeout: 300_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { proxies: "frames" });
      const seed = setRandomRules(call, { cut: 0.05 });
      await changeTogether(call, ["cut"], seed);
    },
  );

  it(
    "F22: each description is applied once and every change arrives when one frame in ten is duplicated and " +
      "one in ten swapped",
    { timeout: 300_000 },
    async (test) => {
      const call = await rig.call(test, pairing, { proxies: "frames" });
      const seed = setRandomRules(call, { duplicate: 0.1, swap: 0.1 });
      await changeTogether(call, ["duplicate", "swap"], seed);
      for (const applied of await call.both(({ page }) =>
        page.evaluate(() => window.rigApplied.filter((line) => /^offer|^answer/.test(line))),
      )) {
        expect(applied, `seed ${String(seed)}`).not.toEqual([]);
        expect(applied, `seed ${String(seed)}`).toEqual([...new Set(applied)]);
      }
    },
  );
});

/** Applies random actions to messages between the two peers; returns the seed. */
function setRandomRules(call: Call, rates: Parameters<typeof randomFrames>[1]): number {
  const seed = pickSeed();
  console.log(`${call.room}: SIG_SEED=${String(seed)}`);
  for (const [index, proxy] of call.frames.entries()) proxy.rule = randomFrames(seed + index, rates, isRelayed);
  return seed;
}

/**
 * Both change something at the same time, repeatedly; each change has to arrive on both sides. The rounds go on, two by
 * two, until each action has happened: one seed in ten spares the few dozen messages of the first rounds.
 */
async function changeTogether(call: Call, actions: readonly string[], seed: number): Promise<void> {
  const missing = (): string[] => actions.filter((action) => count(call, action) === 0);
  await call.both((page) => prepareToggle(page));
  for (let pair = 0; pair < rounds / 2 || (missing().length > 0 && pair < 5 * rounds); pair += 1) {
    // The second round removes what the first has added.
    for (const round of [2 * pair, 2 * pair + 1]) {
      await call.both((page) => toggle(page, round));
      await call.both((page) => waitForLabels(page, labelsAfter(round), 30_000));
    }
  }
  expect(missing(), `seed ${String(seed)}: actions that never happened`).toEqual([]);
  await call.expectSettled();
}

function count(call: Call, action: string): number {
  return call.frames.reduce((sum, { counts }) => sum + (counts[action] ?? 0), 0);
}
