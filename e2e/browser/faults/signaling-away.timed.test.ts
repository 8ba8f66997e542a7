import { describe, expect, it } from "vitest";
import { LabServer } from "../lab/lab.js";
import { BareConnection } from "../rig/bare-connection.js";
import type { Call } from "../rig/call.js";
import { withRig } from "../rig/rig.js";
import { stopsOfItsOwn } from "../rig/stops.js";
import type { End } from "../rig/udp-path.js";
import { everyPairing, pairingsHere, type Pairing } from "../support/pairings.js";

const long = process.env.SIG_LONG !== undefined;
const outageMs = long ? 5 * 60_000 : 30_000;
const frameRate = 30;
const rig = withRig();

const pairings = pairingsHere(everyPairing);
/** Those of one group have their outage at the same time. In five minutes a machine with six pages has time to be late by itself. */
const groups = (long ? pairings.map((pairing) => [pairing]) : [pairings]).map((group) => ({
  group,
  who: group.map((pairing) => pairing.join(" with ")).join(", "),
}));

describe("The signaling server is away", () => {
  it.for(groups)(
    `F01: for ${String(outageMs / 1000)} s, and no picture stops for more than 100 ms, no connection closes, nothing is negotiated: $who`,
    { timeout: outageMs + 120_000 },
    async ({ group }, test) => {
      const open = async (pairing: Pairing): Promise<Call> =>
        rig.call(test, pairing, { server: await LabServer.start(), frameRate });
      // What it costs to open pages is not what is measured.
      const calls = await Promise.all(group.map(open));
      await Promise.all(calls.map(goOn));
    },
  );
});

async function goOn(call: Call): Promise<void> {
  const before = await call.both(({ page }) => page.evaluate(remember));
  // Machines stop by themselves for longer than is allowed here: all pictures of a camera at once, then, this one's too.
  const bare = await BareConnection.open(call);
  const pictures = (await bare.ssrcs()).map((ssrcs, end) => ({
    tap: call.path.tap(end as End),
    isBare: (ssrc: number) => ssrcs.includes(ssrc),
    isOurs: (ssrc: number) => !ssrcs.includes(ssrc),
  }));

  await call.server.kill();
  await call.reach("state", "reconnecting");
  await new Promise((resolve) => setTimeout(resolve, outageMs));
  await call.server.startAgain();
  const since = performance.now();
  await call.reach("state", "joined");
  expect(performance.now() - since).toBeLessThan(5000);
  await Promise.all(pictures.flatMap(({ tap, isBare, isOurs }) => [tap.nextFrame(isOurs), tap.nextFrame(isBare)]));
  const stops = pictures.map(({ tap, isBare, isOurs }) => {
    const [ours, bares] = [tap.frames(isOurs), tap.frames(isBare)];
    // Otherwise there was nothing to compare.
    for (const { length } of [ours, bares]) expect(length).toBeGreaterThan((outageMs / 1000) * frameRate * 0.5);
    return stopsOfItsOwn(ours, bares, 1000 / frameRate, 100);
  });
  expect(stops, call.pages.map(({ engine }) => engine).join(" with ")).toEqual([[], []]);

  await bare.close();
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
