import { describe, expect, it } from "vitest";
import { LabServer } from "../lab/lab-server.js";
import { BareConnection } from "../rig/bare-connection.js";
import type { Call } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { freezesOfOneFlow } from "../rig/freezes.js";
import type { End } from "../rig/udp-path.js";
import { everyPairing, pairingsHere, type Pairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const outageMs = long ? 2 * 60_000 : 12_000;
const frameRate = 30;
const rig = withRig();

const pairings = pairingsHere(everyPairing);
/**
 * The pairings of a group have their outage at the same time; in the long run each has its own, since six pages can
 * overload a machine.
 */
const groups = (long ? pairings.map((pairing) => [pairing]) : [pairings]).map((group) => ({
  group,
  names: group.map((pairing) => pairing.join(" with ")).join(", "),
}));

describe("While the signaling server is away,", () => {
  it.for(groups)(
    "F01: no video freezes for more than 100 ms, no connection closes and nothing is negotiated for " +
      `${String(outageMs / 1000)} s: $names`,
    { timeout: outageMs + 120_000 },
    async ({ group }, test) => {
      const open = async (pairing: Pairing): Promise<Call> =>
        rig.call(test, pairing, { server: await LabServer.start(), frameRate });
      // Opening pages is not part of the measurement.
      const calls = await Promise.all(group.map(open));
      await Promise.all(calls.map(expectNoFreeze));
    },
  );
});

async function expectNoFreeze(call: Call): Promise<void> {
  const before = await call.both(({ page }) => page.evaluate(describeCall));
  // A busy machine may freeze every flow of a camera at once: then the flow of this connection freezes too.
  const bare = await BareConnection.open(call);
  const flows = (await bare.ssrcs()).map((ssrcs, end) => ({
    tap: call.path.tap(end as End),
    isBare: (ssrc: number) => ssrcs.includes(ssrc),
    isOurs: (ssrc: number) => !ssrcs.includes(ssrc),
  }));

  await call.server.kill();
  await call.waitForState("reconnecting");
  await new Promise((resolve) => setTimeout(resolve, outageMs));
  await call.server.restart();
  const since = performance.now();
  await call.waitForState("joined");
  expect(performance.now() - since).toBeLessThan(5000);
  await Promise.all(flows.flatMap(({ tap, isBare, isOurs }) => [tap.nextFrame(isOurs), tap.nextFrame(isBare)]));
  const freezes = flows.map(({ tap, isBare, isOurs }) => {
    const [ours, bares] = [tap.frames(isOurs), tap.frames(isBare)];
    // Too few frames compare nothing.
    for (const { length } of [ours, bares]) expect(length).toBeGreaterThan((outageMs / 1000) * frameRate * 0.5);
    return freezesOfOneFlow(ours, bares, 1000 / frameRate, 100);
  });
  expect(freezes, call.pages.map(({ engine }) => engine).join(" with ")).toEqual([[], []]);

  await bare.close();
  await call.expectSettled();
  expect(await call.both(({ page }) => page.evaluate(describeCall))).toEqual(before);
}

/** Everything that a signaling outage alone must not change. */
function describeCall(): object {
  const peer = window.lab.peer();
  const { localDescription, remoteDescription } = peer?.connection ?? {};
  return {
    id: window.manager.id,
    connections: window.rigConnections.length,
    descriptions: [localDescription?.sdp, remoteDescription?.sdp].map((sdp) => /^o=.*$/m.exec(sdp ?? "")?.[0]),
    events: window.events.filter((line) => !line.startsWith("state")),
  };
}
