import { expect, it } from "vitest";
import { keepNumbers, labelsAfter, numbersInOrder, prepareToggle, sendNumbers, toggle } from "../rig/actions.js";
import { reach, type Call } from "../rig/call.js";
import { byChance, isRelayed } from "../rig/frames.js";
import { pickSeed } from "../rig/random.js";
import { withRig } from "../rig/rig.js";
import { describePairings, everyPairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const rounds = long ? 400 : 40;
const rig = withRig();

describePairings("Signaling that is bad", everyPairing, (pairing) => {
  it("F05: one connection reset a hundred times keeps its id, its peer hears of no exit and no join, and every change and message arrives once", { timeout: 180_000 }, async (test) => {
    // With WebSockets alone each reset is an end: browsers send a request again that was reset before it was answered.
    const call = await rig.call(test, pairing, { socket: { transports: ["websocket"] } });
    const [reset, witness] = call.pages;
    await Promise.all([prepareToggle(reset), keepNumbers(witness)]);
    const id = call.ids[0];
    for (let round = 0; round < 100; round += 1) {
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
    expect(await numbersInOrder(witness, 100)).toBe(true);
    await call.atRest();
    expect(await reset.page.evaluate(() => window.manager.id)).toBe(id);
    expect(await witness.page.evaluate(() => window.heard.filter((line) => /^peerJoined|^peerLeft/.test(line)))).toEqual(["peerJoined"]);
    expect(await call.both(({ page }) => page.evaluate(() => window.rigConnections.length))).toEqual([1, 1]);
  });

  it("F20: 5 % loss and 200 ms ± 50 ms: in the room within 3 s, connected within 5 s, 1,000 messages arrive once and in order", { timeout: 120_000 }, async (test) => {
    const call = await rig.call(test, pairing, { opened: true, camera: false, seed: pickSeed() });
    for (const proxy of call.tcp) proxy.conditions = { latencyMs: 200, jitterMs: 50, loss: 0.05 };
    await call.joinOne(0);
    const times: { joined: number; up: number }[] = [];
    await call.joinOne(1);
    await call.pages[1].page.evaluate(() => window.manager.leave());
    for (let round = 0; round < (long ? 100 : 5); round += 1) times.push(await call.pages[1].page.evaluate(joinAndTime, call.room));
    expect(Math.max(...times.map(({ joined }) => joined))).toBeLessThan(3000);
    expect(Math.max(...times.map(({ up }) => up))).toBeLessThan(5000);

    await call.pages[1].page.evaluate((room) => window.manager.join(room), call.room);
    await call.both(({ page }) =>
      page.evaluate(() =>
        window.lab.until(
          () => [...window.manager.peers.values()].map(({ state }) => state).join(),
          (states) => states === "connected",
        ),
      ),
    );
    call.path.set({ delayMs: 200, loss: 0.05 });
    await call.both((page) => keepNumbers(page));
    await call.both((page) => sendNumbers(page, 0, 1000));
    expect(await call.both((page) => numbersInOrder(page, 1000))).toEqual([true, true]);
    expect(call.complaints()).toEqual([]);
  });

  it("F21: one frame in twenty is lost with its connection, and every change of both sides arrives", { timeout: 300_000 }, async (test) => {
    const call = await rig.call(test, pairing, { proxies: "frames" });
    const seed = setChances(call, { cut: 0.05 });
    await changeTogether(call);
    expect(count(call, "cut"), `seed ${String(seed)}`).toBeGreaterThan(0);
  });

  it("F22: one frame in ten comes twice and one in ten too late: each description is applied once, and every change arrives", { timeout: 300_000 }, async (test) => {
    const call = await rig.call(test, pairing, { proxies: "frames" });
    const seed = setChances(call, { double: 0.1, swap: 0.1 });
    await changeTogether(call);
    expect(count(call, "double"), `seed ${String(seed)}`).toBeGreaterThan(0);
    expect(count(call, "swap"), `seed ${String(seed)}`).toBeGreaterThan(0);
    for (const applied of await call.both(({ page }) => page.evaluate(() => window.rigApplied.filter((line) => /^offer|^answer/.test(line))))) {
      expect(applied, `seed ${String(seed)}`).toEqual([...new Set(applied)]);
    }
  });
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
