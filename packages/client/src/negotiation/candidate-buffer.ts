import type { Candidate } from "@sig/protocol";
import type { Effect, HeldCandidate, NegotiationState } from "./types.js";

/** Candidates kept for a description that has not come; more than any honest peer has for one. */
export const maxHeld = 256;
/** Ids of past negotiations that are remembered. */
const maxPast = 8;

/**
 * Decides about a remote candidate by the negotiation it belongs to: dropped with an offer that was ignored,
 * added when its description is in place, held until then.
 */
export function judgeCandidate(state: NegotiationState, offerId: string | undefined): "drop" | "add" | "hold" {
  const id = offerId ?? assumedId(state);
  if (id !== undefined && id === state.ignoredOfferId) return "drop";
  if (id !== undefined && (id === state.remoteId || state.pastIds.includes(id))) return "add";
  return "hold";
}

/** A candidate that names no negotiation belongs to the description its sender spoke of last, or will speak of next. */
function assumedId(state: NegotiationState): string | undefined {
  if (state.queued !== undefined) return state.queued.offerId;
  if (state.phase === "creating-offer" || state.phase === "have-local-offer") return state.localOffer?.offerId;
  return state.remoteId;
}

/** Holds a candidate; the oldest gives way when there are too many. */
export function hold(state: NegotiationState, offerId: string | undefined, candidate: Candidate): NegotiationState {
  const id = offerId ?? assumedId(state);
  const held: HeldCandidate = { offerId: id === undefined || id === state.failedRemoteId ? "" : id, candidate };
  return { ...state, held: [...state.held, held].slice(-maxHeld) };
}

/**
 * Makes `offerId` the negotiation of the remote description, and lets its candidates follow the description.
 * So do those of an offer of ours that is given up for it: the generation they belong to may be the same.
 */
export function release(state: NegotiationState, offerId: string): { state: NegotiationState; effects: Effect[] } {
  const mine = (held: HeldCandidate): boolean => [offerId, state.localOffer?.offerId, ""].includes(held.offerId);
  const pastIds =
    state.remoteId === undefined || state.remoteId === offerId
      ? state.pastIds
      : [...state.pastIds, state.remoteId].slice(-maxPast);
  return {
    state: { ...state, remoteId: offerId, pastIds, held: state.held.filter((held) => !mine(held)) },
    effects: state.held.filter(mine).map(({ candidate }) => ({ type: "add-candidate", candidate })),
  };
}

/** Takes back `release`: the description was not applied. Candidates that still come for it wait for the next one, whose generation may be the same. */
export function retract(state: NegotiationState): NegotiationState {
  return {
    ...state,
    remoteId: state.pastIds.at(-1),
    pastIds: state.pastIds.slice(0, -1),
    failedRemoteId: state.remoteId,
  };
}

/**
 * Keeps a candidate of our own. Those of a generation that is over go when a negotiation ends, not before:
 * an ICE restart that is rolled back leaves the generation before it in use (RFC 9429 section 4.1.10.2).
 */
export function keep(own: readonly Candidate[], candidate: Candidate): readonly Candidate[] {
  return [...own, candidate].slice(-maxHeld);
}

/** Those that belong to a description of ours. */
export function onlyOf(sdp: string, own: readonly Candidate[]): readonly Candidate[] {
  return own.filter(({ usernameFragment }) => belongsTo(sdp, usernameFragment));
}

/**
 * Whether a candidate with this username fragment belongs to a description. One that names none is
 * taken to belong to the newest generation, as W3C `addIceCandidate` does.
 */
export function belongsTo(sdp: string, usernameFragment: string | null | undefined): boolean {
  if (usernameFragment == null || usernameFragment === "") return true;
  return sdp.split(/\r?\n/).includes(`a=ice-ufrag:${usernameFragment}`);
}
