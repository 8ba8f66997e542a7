import type { SimulatedPeer } from "./peer.js";

/** Checks `self` after the run. `exempt`: ICE generations whose candidates need no resend. */
export function violations(self: SimulatedPeer, other: SimulatedPeer, exempt: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const expect = (holds: boolean, violation: string): void => {
    if (!holds) found.push(`${self.name}: ${violation}`);
  };
  const { state, connection } = self;
  expect(
    state.phase === "stable" && connection.signalingState === "stable",
    `is ${state.phase}, its connection ${connection.signalingState}`,
  );
  expect(!state.negotiationNeeded && !connection.needsNegotiation, "has a change that was not negotiated");
  expect(
    state.queued === undefined && state.localOffer === undefined && state.ignoredOfferId === undefined,
    "has an unfinished exchange",
  );
  const live = new Set([
    state.remoteOfferId,
    state.settledOfferId,
    other.state.remoteOfferId,
    other.state.settledOfferId,
  ]);
  expect(
    !state.heldCandidates.some(({ offerId }) => live.has(offerId)),
    "holds candidates of a description that is in place",
  );
  expect(state.outgoing.length === 0, "has candidates that were not sent");
  const deadUfrags = [...self.unknownUfrags].filter((ufrag) => !other.connection.settledUfrags.has(ufrag));
  // If steps fail, both ends may know generations that are never used.
  expect(
    deadUfrags.length === 0 || self.reports.length + other.reports.length > 0,
    `got candidates of ${deadUfrags.join()}, which was never used`,
  );
  for (const error of self.errors) found.push(`${self.name}: ${error}`);
  expectSameMedia(self, other, expect);
  expectCandidates(self, other, exempt, expect);
  return found;
}

type Expect = (holds: boolean, violation: string) => void;

function expectSameMedia(self: SimulatedPeer, other: SimulatedPeer, expect: Expect): void {
  const lines = (peer: SimulatedPeer): string =>
    JSON.stringify((peer.connection.currentLocal?.lines ?? []).map(({ kind, mid }) => [kind, mid]));
  expect(lines(self) === lines(other), "has m-lines that differ from the other end's");
  const receiving = other.connection.transceivers.flatMap((one) => one.receiving ?? []);
  const sending = self.connection.tracks;
  expect(
    JSON.stringify([...receiving].sort()) === JSON.stringify([...sending].sort()),
    `sends ${sending.join()}, the other end receives ${receiving.join()}`,
  );
}

function expectCandidates(
  self: SimulatedPeer,
  other: SimulatedPeer,
  exempt: ReadonlySet<string>,
  expect: Expect,
): void {
  const ufrag = self.connection.currentLocal?.ufrag;
  expect(other.connection.currentRemote?.ufrag === ufrag, "uses an ICE generation that the other end does not know");
  if (ufrag === undefined) return;
  const added = other.connection.added.get(ufrag) ?? new Set();
  const missing = (self.found.get(ufrag) ?? []).filter((candidate) => !added.has(candidate));
  expect(missing.length === 0 || exempt.has(ufrag), `lost ${String(missing.length)} candidates`);
}
