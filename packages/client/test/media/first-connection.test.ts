import { expect, test } from "vitest";
import type { PeerManager, PeerManagerOptions } from "../../src/index.js";
import { Lab } from "../membership/lab.js";

/** Nobody gathers a candidate: only relays are allowed, and there is none. */
const rtc = { iceTransportPolicy: "relay" as const };
/** The defaults: 45 s for the first attempt, 8 s for an ICE restart, 12 s for another connection, 1 s of courtesy. */
const boundMs = 45_000 + 8000 + 12_000;
const politeDelayMs = 1000;

interface End {
  readonly manager: PeerManager<never>;
  readonly polite: boolean;
  /** What happened with the only peer, each with the second of the clock. */
  readonly seen: string[];
}

/** Two ends without a path; the impolite one first. */
async function unreachablePair(lab: Lab, options: Partial<PeerManagerOptions<never>> = {}): Promise<[End, End]> {
  const managers = ["ada", "grace"].map((host) => lab.manager({ rtc, ...options }, host));
  const ends = managers.map((manager) => {
    const seen: string[] = [];
    const note = (what: string): void => void seen.push(`${String(Math.round(lab.clock.now() / 1000))} ${what}`);
    manager.on("peerState", (_peer, state) => note(state));
    manager.on("recovery", ({ step }) => step !== "gave-up" && note(step));
    return { manager, seen };
  });
  for (const manager of managers) await lab.clock.settle(manager.join("r"));
  await lab.clock.advance(10);
  const [one, other] = ends.map((end, at) => ({ ...end, polite: isPolite(managers[at], managers[1 - at]) }));
  if (one === undefined || other === undefined) throw new Error("Two ends were made.");
  return one.polite ? [other, one] : [one, other];
}

/** The id that sorts first is the polite one. */
function isPolite(self: PeerManager<never> | undefined, other: PeerManager<never> | undefined): boolean {
  return String(self?.id) < String(other?.id);
}

function peerOf({ manager }: End): NonNullable<ReturnType<PeerManager<never>["peers"]["get"]>> {
  const [peer] = manager.peers.values();
  if (peer === undefined) throw new Error("There is no peer.");
  return peer;
}

test("V18: a first connection without candidates fails after the sum of its attempts, and shows each", async () => {
  const lab = new Lab();
  const [impolite, polite] = await unreachablePair(lab);
  await lab.clock.advance(boundMs - 1000);
  expect([peerOf(impolite).state, peerOf(polite).state]).toEqual(["connecting", "connecting"]);
  await lab.clock.advance(60_000);
  const steps = ["0 connecting", "45 restarting-ice", "53 rebuilding"];
  expect([impolite.seen, polite.seen]).toEqual([
    [...steps, "65 failed"],
    [...steps, "66 failed"],
  ]);
});

test("V18: `explain` tells how long a first connection may take", async () => {
  const lab = new Lab();
  const [impolite, polite] = await unreachablePair(lab);
  await lab.clock.advance(10_000);
  const sentences = await Promise.all([impolite, polite].map((end) => peerOf(end).explain()));
  for (const [at, seconds] of [65, 67].entries()) {
    expect(sentences[at]?.[0]).toBe("Connecting for 10 s.");
    expect(sentences[at]).toContain(
      "Only relayed paths are allowed (iceTransportPolicy), and no TURN server provided one.",
    );
    expect(sentences[at]?.at(-1)).toBe(`A first connection is given up after ${String(seconds)} s.`);
  }
});

test("V18: a first connection whose ICE checks without an end is given up in the same time", async () => {
  const lab = new Lab({}, { failedMs: Infinity });
  lab.network.cut();
  const [impolite, polite] = await unreachablePair(lab, { rtc: {} });
  await lab.clock.advance(120_000);
  expect([impolite.seen.at(-1), polite.seen.at(-1)]).toEqual(["65 failed", "66 failed"]);
});

test("V18: a peer that never offers is given up too", async () => {
  const lab = new Lab();
  const grace = lab.manager({}, "grace");
  await lab.join(grace);
  lab.network.fail("setLocalDescription", { name: "ada" });
  lab.network.fail("setRemoteDescription", { name: "ada" });
  const ada = lab.manager({}, "ada");
  await lab.clock.settle(ada.join("r"));
  await lab.clock.advance(10_000 + boundMs + 4 * politeDelayMs);
  expect([...grace.peers.values()].map(({ state }) => state)).toEqual(["failed"]);
});

test("`retry` begins again with a failed peer at once, and does nothing with another", async () => {
  const lab = new Lab();
  lab.network.cut();
  const [impolite, polite] = await unreachablePair(lab, { rtc: {} });
  const peer = peerOf(impolite);
  peer.retry();
  await lab.clock.advance(1000);
  expect(impolite.seen).toEqual(["0 connecting"]);
  await lab.clock.advance(boundMs + politeDelayMs);
  expect([peer.state, peerOf(polite).state]).toEqual(["failed", "failed"]);
  lab.network.mend();
  peer.retry();
  expect(peer.state).toBe("connecting");
  peer.retry();
  await lab.clock.advance(1000);
  expect([peer.state, peerOf(polite).state]).toEqual(["connected", "connected"]);
  const steps = impolite.seen.length;
  peer.retry();
  await lab.clock.advance(1000);
  expect(impolite.seen).toHaveLength(steps);
  await lab.clock.settle(impolite.manager.leave());
  peer.retry();
  expect(peer.state).toBe("closed");
});

test("`retry` with a peer that is away waits until it is back", async () => {
  const lab = new Lab();
  lab.network.cut();
  const socket = lab.signaling.socket();
  const ada = lab.manager({}, "ada");
  const grace = lab.manager({ socket }, "grace");
  for (const manager of [ada, grace]) await lab.clock.settle(manager.join("r"));
  await lab.clock.advance(boundMs + 2 * politeDelayMs);
  const [peer] = ada.peers.values();
  expect(peer?.state).toBe("failed");
  lab.signaling.cut(socket);
  await lab.clock.advance(1000);
  lab.network.mend();
  peer?.retry();
  await lab.clock.advance(5000);
  expect(peer?.state).toBe("connecting");
  lab.signaling.restore(socket);
  await lab.clock.advance(5000);
  expect(peer?.state).toBe("connected");
});
