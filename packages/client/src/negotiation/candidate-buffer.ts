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
  if (state.phase === "offering" || state.phase === "offered") return state.localOffer?.offerId;
  return state.remoteId;
}

/** Holds a candidate; the oldest gives way when there are too many. */
export function hold(state: NegotiationState, offerId: string | undefined, candidate: Candidate): NegotiationState {
  const held: HeldCandidate = { offerId: offerId ?? assumedId(state) ?? "", candidate };
  return { ...state, held: [...state.held, held].slice(-maxHeld) };
}

/** Makes `offerId` the negotiation of the remote description, and lets its candidates follow the description. */
export function release(state: NegotiationState, offerId: string): { state: NegotiationState; effects: Effect[] } {
  const mine = (held: HeldCandidate): boolean => held.offerId === offerId || held.offerId === "";
  const pastIds = state.remoteId === undefined || state.remoteId === offerId ? state.pastIds : [...state.pastIds, state.remoteId].slice(-maxPast);
  return {
    state: { ...state, remoteId: offerId, pastIds, held: state.held.filter((held) => !mine(held)) },
    effects: state.held.filter(mine).map(({ candidate }) => ({ type: "add-candidate", candidate })),
  };
}

/** Adds to our own candidates of the current generation; a new username fragment begins a new one (RFC 8839 section 5.4). */
export function gather(gathered: readonly Candidate[], candidate: Candidate): readonly Candidate[] {
  const last = gathered.at(-1)?.usernameFragment;
  const sameGeneration = last == null || candidate.usernameFragment == null || last === candidate.usernameFragment;
  return sameGeneration ? [...gathered, candidate].slice(-maxHeld) : [candidate];
}

/**
 * Whether a candidate with this username fragment belongs to a remote description. One that names none is
 * taken to belong to the newest generation, as W3C `addIceCandidate` does.
 */
export function belongsTo(remoteSdp: string, usernameFragment: string | null | undefined): boolean {
  if (usernameFragment == null || usernameFragment === "") return true;
  return remoteSdp.split(/\r?\n/).includes(`a=ice-ufrag:${usernameFragment}`);
}
