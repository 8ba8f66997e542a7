import { describe, expect, it, type TestContext } from "vitest";
import { LabServer } from "../lab/lab.js";
import { reach } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { describePairings, everyPairing, pairingsHere, type Pairing } from "../support/pairings.js";

// Nothing runs beside F01: what is measured is how pictures flow.
const long = process.env.SIG_LONG !== undefined;
const outageMs = long ? 5 * 60_000 : 30_000;
const longOutageMs = long ? 60 * 60_000 : 40_000;
const rig = withRig();

describePairings("The signaling server is away", everyPairing, (pairing) => {
  it(`F01: for ${String(outageMs / 1000)} s, and no picture stops for more than 100 ms, no connection closes, nothing is negotiated`, { timeout: outageMs + 60_000 }, async (test) => {
    const call = await rig.call(test, pairing, { server: await LabServer.start(), frameRate: 30 });
    const before = await call.both(({ page }) => page.evaluate(remember));
    const taps = [call.path.tap(0), call.path.tap(1)];

    await call.server.kill();
    await call.reach("state", "reconnecting");
    await new Promise((resolve) => setTimeout(resolve, outageMs));
    await call.server.startAgain();
    const since = performance.now();
    await call.reach("state", "joined");
    expect(performance.now() - since).toBeLessThan(5000);
    await Promise.all(taps.map((tap) => tap.nextFrame()));
    expect(Math.max(...taps.map(({ maxStepMs }) => maxStepMs))).toBeLessThanOrEqual(100);

    await call.atRest();
    expect(await call.both(({ page }) => page.evaluate(remember))).toEqual(before);
  });
});

describe("The signaling server is away, in every pairing at once", () => {
  it(`F02: for ${String(longOutageMs / 1000)} s, and both ask for it again and again, at most 10 s apart`, { timeout: longOutageMs + 60_000 }, async (test) => {
    await Promise.all(pairingsHere(everyPairing).map((pairing) => survive(test, pairing)));
  });
});

async function survive(test: TestContext, pairing: Pairing): Promise<void> {
  // One with Socket.IO's own waits, and one whose app has switched Socket.IO's reconnection off: there it is ours alone.
  const call = await rig.call(test, pairing, { opened: true, camera: false, manager: { recovery: { rejoinDelayMs: 500 } } });
  await call.joinOne(0, { socket: { reconnectionDelay: 1000, reconnectionDelayMax: 5000 } });
  await call.joinOne(1, { socket: { reconnection: false } });
  await call.seen();
  for (const proxy of call.tcp) {
    proxy.mode = "refusing";
    proxy.cut();
  }
  await call.reach("state", "reconnecting");
  const end = performance.now() + longOutageMs;
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
  expect(await call.both(({ page }) => page.evaluate(() => window.manager.state))).toEqual(["reconnecting", "reconnecting"]);
  for (const proxy of call.tcp) proxy.mode = "open";
  await call.both((page) => reach(page, "state", "joined", 15_000));
  await call.atRest("");
}

/** What an outage of signaling alone must leave as it is. */
function remember(): object {
  const [peer] = window.manager.peers.values();
  const { localDescription, remoteDescription } = peer?.connection ?? {};
  return {
    id: window.manager.id,
    connections: window.rigConnections.length,
    descriptions: [localDescription?.sdp, remoteDescription?.sdp].map((sdp) => /^o=.*$/m.exec(sdp ?? "")?.[0]),
    heard: window.heard.filter((line) => !line.startsWith("state")),
  };
}
