import { maxHeld, maxPastIds } from "./bounds.js";
import type { Candidate } from "@sig/protocol/page";
import type { Effect, HeldCandidate, NegotiationState } from "./types.js";

/**
 * Decides about a remote candidate by its exchange: dropped with an ignored offer, added if its description is in
 * place, otherwise held.
 */
export function placeCandidate(state: NegotiationState, offerId: string | undefined): "drop" | "add" | "hold" {
  const id = offerId ?? assumedId(state);
  if (id !== undefined && id === state.ignoredOfferId) return "drop";
  if (id !== undefined && (id === state.remoteOfferId || state.pastIds.includes(id))) return "add";
  return "hold";
}

/** A candidate without an `offerId` belongs to the description that its sender sent last, or sends next. */
function assumedId(state: NegotiationState): string | undefined {
  if (state.queued !== undefined) return state.queued.offerId;
  if (state.phase === "creating-offer" || state.phase === "have-local-offer") return state.localOffer?.offerId;
  return state.remoteOfferId;
}

/** Holds a candidate; drops the oldest beyond `maxHeld`. */
export function hold(state: NegotiationState, offerId: string | undefined, candidate: Candidate): NegotiationState {
  const id = offerId ?? assumedId(state);
  const held: HeldCandidate = { offerId: id === undefined || id === state.failedRemoteId ? "" : id, candidate };
  return { ...state, heldCandidates: [...state.heldCandidates, held].slice(-maxHeld) };
}

/**
 * Makes `offerId` the exchange of the remote description, and adds the candidates held for it after the description.
 * Those held for our own offer are added as well if we give it up: they may be of the same ICE generation.
 */
export function release(state: NegotiationState, offerId: string, effects: Effect[]): NegotiationState {
  const belongs = (held: HeldCandidate): boolean => [offerId, state.localOffer?.offerId, ""].includes(held.offerId);
  const pastIds =
    state.remoteOfferId === undefined || state.remoteOfferId === offerId
      ? state.pastIds
      : [...state.pastIds, state.remoteOfferId].slice(-maxPastIds);
  for (const { candidate } of state.heldCandidates.filter(belongs)) effects.push({ type: "add-candidate", candidate });
  return {
    ...state,
    remoteOfferId: offerId,
    pastIds,
    heldCandidates: state.heldCandidates.filter((held) => !belongs(held)),
  };
}

/**
 * Reverts `release` after the description failed. Its later candidates wait for the next description, which may have
 * the same ICE generation.
 */
export function retract(state: NegotiationState): NegotiationState {
  return {
    ...state,
    remoteOfferId: state.pastIds.at(-1),
    pastIds: state.pastIds.slice(0, -1),
    failedRemoteId: state.remoteOfferId,
  };
}

/**
 * Keeps a candidate of our own. Candidates of an old ICE generation go when an exchange ends, not before: if an ICE
 * restart is rolled back, the previous generation stays in use (RFC 9429 section 4.1.10.2).
 */
export function keep(own: readonly Candidate[], candidate: Candidate): readonly Candidate[] {
  return [...own, candidate].slice(-maxHeld);
}

/** Our candidates that belong to a description of ours. */
export function onlyOf(sdp: string, own: readonly Candidate[]): readonly Candidate[] {
  return own.filter(({ usernameFragment }) => belongsTo(sdp, usernameFragment));
}

/**
 * Whether a candidate with this username fragment belongs to a description. Without a fragment it belongs to the newest
 * generation, as in W3C `addIceCandidate`.
 */
export function belongsTo(sdp: string, usernameFragment: string | null | undefined): boolean {
  if (usernameFragment == null || usernameFragment === "") return true;
  return sdp.split(/\r?\n/).includes(`a=ice-ufrag:${usernameFragment}`);
}
