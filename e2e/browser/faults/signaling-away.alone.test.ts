import { expect, it } from "vitest";
import { LabServer } from "../lab/lab.js";
import { withRig } from "../rig/rig.js";
import { describePairings, everyPairing } from "../support/pairings.js";

const outageMs = process.env.SIG_LONG === undefined ? 30_000 : 5 * 60_000;
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
