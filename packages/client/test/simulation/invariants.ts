import type { SimulatedPeer } from "./peer.js";

/** What must hold at `self` once nothing is under way; `spared` are the generations whose candidates need not be said again. */
export function violations(self: SimulatedPeer, other: SimulatedPeer, spared: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) found.push(`${self.name}: ${what}`);
  };
  const { state, connection } = self;
  expect(
    state.phase === "stable" && connection.signalingState === "stable",
    `is ${state.phase}, its connection ${connection.signalingState}`,
  );
  expect(!state.wanted && !connection.needsNegotiation, "has a change that was not negotiated");
  expect(
    state.queued === undefined && state.localOffer === undefined && state.ignoredOfferId === undefined,
    "has a negotiation under way",
  );
  const live = new Set([state.remoteId, state.localId, other.state.remoteId, other.state.localId]);
  expect(!state.held.some(({ offerId }) => live.has(offerId)), "holds candidates of a description that is in place");
  expect(state.outgoing.length === 0, "has candidates that were not sent");
  const deadUfrags = [...self.unknownUfrags].filter((ufrag) => !other.connection.settledUfrags.has(ufrag));
  // Where steps fail, generations die that both ends knew.
  expect(
    deadUfrags.length === 0 || self.reports.length + other.reports.length > 0,
    `was to add candidates of ${deadUfrags.join()}, which came to nothing`,
  );
  for (const error of self.errors) found.push(`${self.name}: ${error}`);
  expectSameMedia(self, other, expect);
  expectCandidates(self, other, spared, expect);
  return found;
}

type Expect = (holds: boolean, what: string) => void;

function expectSameMedia(self: SimulatedPeer, other: SimulatedPeer, expect: Expect): void {
  const lines = (peer: SimulatedPeer): string =>
    JSON.stringify((peer.connection.currentLocal?.lines ?? []).map(({ kind, mid }) => [kind, mid]));
  expect(lines(self) === lines(other), "has other m-lines than the other end");
  const receiving = other.connection.transceivers.flatMap((one) => one.receiving ?? []);
  const sending = self.connection.tracks;
  expect(
    JSON.stringify([...receiving].sort()) === JSON.stringify([...sending].sort()),
    `sends ${sending.join()}, the other end gets ${receiving.join()}`,
  );
}

function expectCandidates(
  self: SimulatedPeer,
  other: SimulatedPeer,
  spared: ReadonlySet<string>,
  expect: Expect,
): void {
  const ufrag = self.connection.currentLocal?.ufrag;
  expect(other.connection.currentRemote?.ufrag === ufrag, "is of another ICE generation than the other end knows");
  if (ufrag === undefined) return;
  const added = other.connection.added.get(ufrag) ?? new Set();
  const missing = (self.found.get(ufrag) ?? []).filter((candidate) => !added.has(candidate));
  expect(missing.length === 0 || spared.has(ufrag), `lost ${String(missing.length)} candidates on the way`);
}
