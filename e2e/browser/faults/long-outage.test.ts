import { describe, expect, it, type TestContext } from "vitest";
import { reach } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { everyPairing, pairingsHere, type Pairing } from "../support/pairings.js";

const outageMs = process.env.SIG_LONG === undefined ? 30_000 : 60 * 60_000;
const rig = withRig();

describe("The signaling server is away for long, in every pairing at once", () => {
  it(
    `F02: for ${String(outageMs / 1000)} s, and both ask for it again and again, at most 10 s apart`,
    { timeout: outageMs + 60_000 },
    async (test) => {
      await Promise.all(pairingsHere(everyPairing).map((pairing) => survive(test, pairing)));
    },
  );
});

async function survive(test: TestContext, pairing: Pairing): Promise<void> {
  // One with Socket.IO's own waits, and one whose app has switched Socket.IO's reconnection off: there it is ours alone.
  const call = await rig.call(test, pairing, {
    opened: true,
    camera: false,
    manager: { recovery: { rejoinDelayMs: 500 } },
  });
  await call.joinOne(0, { socket: { reconnectionDelay: 1000, reconnectionDelayMax: 5000 } });
  await call.joinOne(1, { socket: { reconnection: false } });
  await call.seen();
  for (const proxy of call.tcp) {
    proxy.mode = "refusing";
    proxy.cut();
  }
  await call.reach("state", "reconnecting");
  const end = performance.now() + outageMs;
  const asked = call.tcp.map(({ accepted }) => ({ accepted, at: performance.now(), longest: 0 }));
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const [index, last] of asked.entries()) {
      const accepted = call.tcp[index]?.accepted ?? 0;
      if (accepted === last.accepted) continue;
      asked[index] = { accepted, at: performance.now(), longest: Math.max(last.longest, performance.now() - last.at) };
    }
  }
  for (const { longest, at } of asked) expect(Math.max(longest, performance.now() - at)).toBeLessThan(10_500);
  expect(await call.both(({ page }) => page.evaluate(() => window.manager.state))).toEqual([
    "reconnecting",
    "reconnecting",
  ]);
  for (const proxy of call.tcp) proxy.mode = "open";
  await call.both((page) => reach(page, "state", "joined", 15_000));
  await call.atRest("");
}
