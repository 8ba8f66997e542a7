import { hold, placeCandidate, keep, onlyOf, release, retract } from "./candidate-buffer.js";
import type { Candidate } from "@sig/protocol/page";
import type { Effect, Input, NegotiationState, Offer, Outgoing, Phase, Step, StepName } from "./types.js";

/** After this many failed offers in a row no more are made until the peer is reachable again. */
export const maxFailures = 3;

/** The current step in each phase. */
const stepOf: Partial<Record<Phase, StepName>> = {
  "creating-offer": "create-offer",
  "have-remote-offer": "accept-offer",
  "applying-answer": "apply-answer",
};

/** The state before the first exchange. `idPrefix` must be unique for each connection. */
export function initialNegotiation(
  options: Pick<NegotiationState, "polite" | "renegotiates" | "idPrefix">,
): NegotiationState {
  return {
    ...options,
    phase: "stable",
    offersMade: 0,
    yielded: false,
    negotiationNeeded: false,
    failures: 0,
    pastIds: [],
    held: [],
    outgoing: [],
    gathered: [],
  };
}

/**
 * Perfect negotiation (W3C WebRTC section 10.7) as a function of plain data. Only this function decides about glare,
 * rollback, stale answers and resends. `reachable`: whether signals reach the peer now; if not, no offer is begun.
 * docs/negotiation.md has the table.
 */
export function negotiate(state: NegotiationState, input: Input, reachable: boolean): Step {
  const effects: Effect[] = [];
  return { state: settle(react(state, input, effects), reachable, effects), effects };
}

/** The functions below return the next state and add to `effects`. */
function react(state: NegotiationState, input: Input, effects: Effect[]): NegotiationState {
  switch (input.type) {
    case "negotiation-needed":
      return { ...state, negotiationNeeded: true };
    case "remote-offer":
      return onRemoteOffer(state, input, effects);
    case "remote-answer":
      return onRemoteAnswer(state, input, effects);
    case "remote-candidate":
      return onRemoteCandidate(state, input, effects);
    case "local-candidate":
      return onLocalCandidate(state, input.candidate, effects);
    case "offer-created":
      return onOfferCreated(state, input.sdp, effects);
    case "answer-created":
      return onAnswerCreated(state, input.sdp, effects);
    case "answer-applied":
      return onAnswerApplied(state);
    case "step-failed":
      return onStepFailed(state, input, effects);
    case "reachable":
      return { ...state, failures: 0 };
    case "resend":
      return resend(state, input.connected, effects);
  }
}

/** In `stable`, continues with what waits: the queued offer first, then a local change. */
function settle(state: NegotiationState, reachable: boolean, effects: Effect[]): NegotiationState {
  if (state.phase !== "stable") return state;
  if (state.queued !== undefined) return accept(state, state.queued, effects);
  if (!state.negotiationNeeded || !reachable || state.failures >= maxFailures) return state;
  if (!state.renegotiates && state.localId !== undefined) {
    effects.push({ type: "replace" });
    return { ...state, negotiationNeeded: false };
  }
  const offersMade = state.offersMade + 1;
  const offerId = `${state.idPrefix}-${String(offersMade)}`;
  effects.push({ type: "create-offer", offerId });
  return { ...state, phase: "creating-offer", negotiationNeeded: false, offersMade, localOffer: { offerId } };
}

function onRemoteOffer(state: NegotiationState, { offerId, sdp }: Offer, effects: Effect[]): NegotiationState {
  const { phase, answered } = state;
  if (offerId === answered?.offerId) {
    // The peer resent its offer, so our answer may be lost. The answer is resent, not created again.
    sendAnswer(answered, effects);
    return state;
  }
  const underWay = phase === "have-remote-offer" ? state.remoteId : undefined;
  if (offerId === underWay || offerId === state.queued?.offerId) return state;
  // In `stable` it is accepted at once, by `settle`.
  if (phase !== "have-local-offer") return { ...state, queued: { offerId, sdp } };
  // Glare. The impolite side keeps its own offer, which the polite side answers.
  return state.polite ? accept({ ...state, yielded: true }, { offerId, sdp }, effects) : ignore(state, offerId);
}

function accept(state: NegotiationState, { offerId, sdp }: Offer, effects: Effect[]): NegotiationState {
  effects.push({ type: "accept-offer", offerId, sdp });
  return {
    ...release(state, offerId, effects),
    phase: "have-remote-offer",
    queued: undefined,
    localOffer: undefined,
  };
}

function ignore(state: NegotiationState, offerId: string): NegotiationState {
  return {
    ...state,
    queued: undefined,
    ignoredOfferId: offerId,
    held: state.held.filter((held) => held.offerId !== offerId),
  };
}

function onOfferCreated(state: NegotiationState, sdp: string, effects: Effect[]): NegotiationState {
  const { localOffer, queued } = state;
  if (state.phase !== "creating-offer" || localOffer === undefined) return state;
  // An offer arrived while ours was being created: glare, as in `have-local-offer`.
  if (queued !== undefined && state.polite) return accept({ ...state, yielded: true }, queued, effects);
  const created: NegotiationState = {
    ...(queued === undefined ? state : ignore(state, queued.offerId)),
    phase: "have-local-offer",
    localOffer: { ...localOffer, sdp },
  };
  send({ event: "offer", offerId: localOffer.offerId, sdp }, effects);
  sendCandidates(created, onlyOf(sdp, created.outgoing), effects);
  return created;
}

function onRemoteAnswer(
  state: NegotiationState,
  { offerId, sdp }: Extract<Input, { type: "remote-answer" }>,
  effects: Effect[],
): NegotiationState {
  const ours = state.localOffer?.offerId;
  // The answer to another offer, or to one that was given up, is stale: it is dropped.
  if (state.phase !== "have-local-offer" || ours === undefined || (offerId ?? ours) !== ours) return state;
  effects.push({ type: "apply-answer", sdp });
  return {
    ...release(state, ours, effects),
    phase: "applying-answer",
    outgoing: [],
    // An offer that arrives after this answer is a new one, even if we ignored it before.
    ignoredOfferId: undefined,
  };
}

function onAnswerApplied(state: NegotiationState): NegotiationState {
  const { localOffer, answered } = state;
  if (state.phase !== "applying-answer" || localOffer?.sdp === undefined) return state;
  return {
    ...done(state),
    failures: 0,
    localId: localOffer.offerId,
    gathered: onlyOf(localOffer.sdp, state.gathered),
    answered: answered && { ...answered, confirmed: true },
  };
}

function onAnswerCreated(state: NegotiationState, sdp: string, effects: Effect[]): NegotiationState {
  const { remoteId } = state;
  if (state.phase !== "have-remote-offer" || remoteId === undefined) return state;
  const answered = { offerId: remoteId, sdp, confirmed: false };
  const next = {
    ...done(state),
    localId: remoteId,
    gathered: onlyOf(sdp, state.gathered),
    outgoing: [],
    answered,
  };
  sendAnswer(answered, effects);
  sendCandidates(next, onlyOf(sdp, state.outgoing), effects);
  return next;
}

/** Returns to `stable` after a step. */
function done(state: NegotiationState): NegotiationState {
  return { ...state, phase: "stable", localOffer: undefined, yielded: false, ignoredOfferId: undefined };
}

function onStepFailed(
  state: NegotiationState,
  { step, error }: Extract<Input, { type: "step-failed" }>,
  effects: Effect[],
): NegotiationState {
  if (stepOf[state.phase] !== step) return state;
  // The peer's offers do not count: the peer limits them, and a success of theirs proves nothing about ours.
  const failures = step === "accept-offer" ? state.failures : state.failures + 1;
  effects.push({ type: "rollback" }, { type: "report", step, error, final: failures >= maxFailures });
  return {
    ...done(step === "create-offer" ? state : retract(state)),
    failures,
    // The change in our own offer has not been negotiated yet.
    negotiationNeeded: state.negotiationNeeded || step !== "accept-offer" || state.yielded,
  };
}

function onRemoteCandidate(
  state: NegotiationState,
  { offerId, candidate }: Extract<Input, { type: "remote-candidate" }>,
  effects: Effect[],
): NegotiationState {
  const place = placeCandidate(state, offerId);
  if (place === "add") effects.push({ type: "add-candidate", candidate });
  return place === "hold" ? hold(state, offerId, candidate) : state;
}

function onLocalCandidate(state: NegotiationState, candidate: Candidate, effects: Effect[]): NegotiationState {
  const { phase } = state;
  const next = { ...state, gathered: keep(state.gathered, candidate) };
  // A peer that ignores our open offer drops its candidates too: they are kept to be sent with our answer.
  if (phase !== "stable" && phase !== "applying-answer") next.outgoing = keep(state.outgoing, candidate);
  // A candidate is never sent before its description.
  if (phase !== "creating-offer" && phase !== "have-remote-offer") sendCandidates(next, [candidate], effects);
  return next;
}

/**
 * Resends what may have been lost, in the original order: our answer, our offer, our candidates. Their ids make
 * duplicates harmless.
 */
function resend(state: NegotiationState, connected: boolean, effects: Effect[]): NegotiationState {
  const { answered, localOffer, gathered, outgoing } = state;
  if (answered?.confirmed === false) sendAnswer(answered, effects);
  if (state.phase === "have-local-offer" && localOffer?.sdp !== undefined) {
    const { offerId, sdp } = localOffer;
    send({ event: "offer", offerId, sdp }, effects);
    // Sent even if media flows: it may flow on the ICE generation that the offer replaces.
    sendCandidates(state, onlyOf(sdp, gathered), effects);
    return { ...state, outgoing: gathered };
  }
  // Those in `outgoing` are sent with the description that is being created.
  if (!connected)
    sendCandidates(
      state,
      gathered.filter((candidate) => !outgoing.includes(candidate)),
      effects,
    );
  return state;
}

function sendCandidates(state: NegotiationState, candidates: readonly Candidate[], effects: Effect[]): void {
  const { localOffer, localId } = state;
  const offerId = localOffer?.sdp === undefined ? localId : localOffer.offerId;
  if (offerId !== undefined)
    for (const candidate of candidates) send({ event: "candidate", offerId, candidate }, effects);
}

function sendAnswer({ offerId, sdp }: Offer, effects: Effect[]): void {
  send({ event: "answer", offerId, sdp }, effects);
}

function send(message: Outgoing, effects: Effect[]): void {
  effects.push({ type: "send", message });
}
