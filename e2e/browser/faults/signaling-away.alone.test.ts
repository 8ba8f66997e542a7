import { describe, expect, it } from "vitest";
import { LabServer } from "../lab/lab.js";
import type { Call } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { everyPairing, pairingsHere, type Pairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const outageMs = long ? 5 * 60_000 : 30_000;
const rig = withRig();

const pairings = pairingsHere(everyPairing);
/** Those of one group have their outage at the same time. In five minutes a machine with six pages has time to be late by itself. */
const groups = (long ? pairings.map((pairing) => [pairing]) : [pairings]).map((group) => ({ group, who: group.map((pairing) => pairing.join(" with ")).join(", ") }));

describe("The signaling server is away", () => {
  it.for(groups)(`F01: for ${String(outageMs / 1000)} s, and no picture stops for more than 100 ms, no connection closes, nothing is negotiated: $who`, { timeout: outageMs + 120_000 }, async ({ group }, test) => {
    const open = async (pairing: Pairing): Promise<Call> => rig.call(test, pairing, { server: await LabServer.start(), frameRate: 30 });
    // What it costs to open pages is not what is measured.
    const calls = await Promise.all(group.map(open));
    await Promise.all(calls.map(goOn));
  });
});

async function goOn(call: Call): Promise<void> {
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
  const steps = taps.map(({ maxStepMs }) => maxStepMs);
  expect(Math.max(...steps), call.pages.map(({ engine }) => engine).join(" with ")).toBeLessThanOrEqual(100);

  await call.atRest();
  expect(await call.both(({ page }) => page.evaluate(remember))).toEqual(before);
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
