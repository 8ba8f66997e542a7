import type { Candidate } from "@sig/protocol/page";
import { hold, placeCandidate, keep, onlyOf, release, retract } from "./candidate-buffer.js";
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
  options: Pick<NegotiationState, "polite" | "renegotiates" | "reachable" | "reliable" | "idPrefix">,
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
 * rollback, stale answers and resends after an outage. docs/negotiation.md has the table.
 */
export function negotiate(state: NegotiationState, input: Input): Step {
  switch (input.type) {
    case "negotiation-needed":
      return settle({ ...state, negotiationNeeded: true });
    case "remote-offer":
      return onRemoteOffer(state, input);
    case "remote-answer":
      return onRemoteAnswer(state, input.offerId, input.sdp);
    case "remote-candidate":
      return onRemoteCandidate(state, input);
    case "local-candidate":
      return onLocalCandidate(state, input);
    case "offer-created":
      return onOfferCreated(state, input.sdp);
    case "answer-created":
      return onAnswerCreated(state, input.sdp);
    case "answer-applied":
      return onAnswerApplied(state);
    case "step-failed":
      return onStepFailed(state, input);
    case "unreachable":
      return { state: { ...state, reachable: false }, effects: [] };
    case "reachable":
      return onReachable(state, input.connected);
    case "resend":
      return resend(state, input.connected);
    case "unreliable":
      return { state: { ...state, reliable: false }, effects: [] };
  }
}

/** In `stable`, continues with what waits: the queued offer first, then a local change. */
function settle(state: NegotiationState, effects: readonly Effect[] = []): Step {
  if (state.phase !== "stable") return { state, effects };
  if (state.queued !== undefined) return accept(state, state.queued, effects);
  if (!state.negotiationNeeded || !state.reachable || state.failures >= maxFailures) return { state, effects };
  if (!state.renegotiates && state.localId !== undefined)
    return { state: { ...state, negotiationNeeded: false }, effects: [...effects, { type: "replace" }] };
  const offersMade = state.offersMade + 1;
  const offerId = `${state.idPrefix}-${String(offersMade)}`;
  return {
    state: { ...state, phase: "creating-offer", negotiationNeeded: false, offersMade, localOffer: { offerId } },
    effects: [...effects, { type: "create-offer", offerId }],
  };
}

function onRemoteOffer(state: NegotiationState, offer: Offer): Step {
  if (offer.offerId === state.answered?.offerId) return repeatAnswer(state);
  const underWay = state.phase === "have-remote-offer" ? state.remoteId : undefined;
  if (offer.offerId === underWay || offer.offerId === state.queued?.offerId) return { state, effects: [] };
  switch (state.phase) {
    case "stable":
      return accept(state, offer);
    case "have-local-offer":
      // Glare. The impolite side keeps its own offer, which the polite side answers.
      return state.polite
        ? accept({ ...state, yielded: true }, offer)
        : { state: ignore(state, offer.offerId), effects: [] };
    case "creating-offer":
    case "have-remote-offer":
    case "applying-answer":
      return { state: { ...state, queued: { offerId: offer.offerId, sdp: offer.sdp } }, effects: [] };
  }
}

/** The peer resent its offer, so our answer may be lost. The answer is resent, not created again. */
function repeatAnswer(state: NegotiationState): Step {
  const { answered } = state;
  return {
    state,
    effects:
      answered === undefined ? [] : send(state, { event: "answer", offerId: answered.offerId, sdp: answered.sdp }),
  };
}

function accept(state: NegotiationState, offer: Offer, before: readonly Effect[] = []): Step {
  const released = release(state, offer.offerId);
  return {
    state: { ...released.state, phase: "have-remote-offer", queued: undefined, localOffer: undefined },
    effects: [...before, { type: "accept-offer", offerId: offer.offerId, sdp: offer.sdp }, ...released.effects],
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

function onOfferCreated(state: NegotiationState, sdp: string): Step {
  const { localOffer, queued } = state;
  if (state.phase !== "creating-offer" || localOffer === undefined) return { state, effects: [] };
  // An offer arrived while ours was being created: glare, as in `have-local-offer`.
  if (queued !== undefined && state.polite) return accept({ ...state, yielded: true }, queued);
  const created: NegotiationState = {
    ...(queued === undefined ? state : ignore(state, queued.offerId)),
    phase: "have-local-offer",
    localOffer: { ...localOffer, sdp },
  };
  const offer = send(created, { event: "offer", offerId: localOffer.offerId, sdp });
  return { state: created, effects: [...offer, ...sendCandidates(created, onlyOf(sdp, created.outgoing))] };
}

function onRemoteAnswer(state: NegotiationState, offerId: string | undefined, sdp: string): Step {
  const ours = state.localOffer?.offerId;
  // The answer to another offer, or to one that was given up, is stale: it is dropped.
  if (state.phase !== "have-local-offer" || ours === undefined || (offerId ?? ours) !== ours)
    return { state, effects: [] };
  const released = release(state, ours);
  return {
    // An offer that arrives after this answer is a new one, even if we ignored it before.
    state: { ...released.state, phase: "applying-answer", outgoing: [], ignoredOfferId: undefined },
    effects: [{ type: "apply-answer", sdp }, ...released.effects],
  };
}

function onAnswerApplied(state: NegotiationState): Step {
  const { localOffer, answered } = state;
  if (state.phase !== "applying-answer" || localOffer?.sdp === undefined) return { state, effects: [] };
  return settle({
    ...done(state),
    failures: 0,
    localId: localOffer.offerId,
    gathered: onlyOf(localOffer.sdp, state.gathered),
    answered: answered && { ...answered, confirmed: true },
  });
}

function onAnswerCreated(state: NegotiationState, sdp: string): Step {
  const { remoteId } = state;
  if (state.phase !== "have-remote-offer" || remoteId === undefined) return { state, effects: [] };
  const answered: NegotiationState = {
    ...done(state),
    localId: remoteId,
    gathered: onlyOf(sdp, state.gathered),
    outgoing: [],
    answered: { offerId: remoteId, sdp, confirmed: false },
  };
  const answer = send(answered, { event: "answer", offerId: remoteId, sdp });
  return settle(answered, [...answer, ...sendCandidates(answered, onlyOf(sdp, state.outgoing))]);
}

/** Returns to `stable` after a step that succeeded. */
function done(state: NegotiationState): NegotiationState {
  return { ...state, phase: "stable", localOffer: undefined, yielded: false, ignoredOfferId: undefined };
}

function onStepFailed(state: NegotiationState, { step, error }: Extract<Input, { type: "step-failed" }>): Step {
  if (stepOf[state.phase] !== step) return { state, effects: [] };
  // The peer's offers do not count: the peer limits them, and a success of theirs proves nothing about ours.
  const failures = step === "accept-offer" ? state.failures : state.failures + 1;
  const report: Effect = { type: "report", step, error, final: failures >= maxFailures };
  const failed: NegotiationState = {
    ...(step === "create-offer" ? state : retract(state)),
    phase: "stable",
    failures,
    localOffer: undefined,
    yielded: false,
    ignoredOfferId: undefined,
    // The change in our own offer has not been negotiated yet.
    negotiationNeeded: state.negotiationNeeded || step !== "accept-offer" || state.yielded,
  };
  return settle(failed, [{ type: "rollback" }, report]);
}

function onRemoteCandidate(
  state: NegotiationState,
  { offerId, candidate }: Extract<Input, { type: "remote-candidate" }>,
): Step {
  switch (placeCandidate(state, offerId)) {
    case "drop":
      return { state, effects: [] };
    case "add":
      return { state, effects: [{ type: "add-candidate", candidate }] };
    case "hold":
      return { state: hold(state, offerId, candidate), effects: [] };
  }
}

function onLocalCandidate(state: NegotiationState, { candidate }: Extract<Input, { type: "local-candidate" }>): Step {
  const next = { ...state, gathered: keep(state.gathered, candidate) };
  // A peer that ignores our open offer drops its candidates too: they are kept to be sent with our answer.
  if (state.phase !== "stable" && state.phase !== "applying-answer") next.outgoing = keep(state.outgoing, candidate);
  // A candidate is never sent before its description.
  if (state.phase === "creating-offer" || state.phase === "have-remote-offer") return { state: next, effects: [] };
  return { state: next, effects: sendCandidates(next, [candidate]) };
}

function sendCandidates(state: NegotiationState, candidates: readonly Candidate[]): Effect[] {
  const { localOffer, localId } = state;
  const offerId = localOffer?.sdp === undefined ? localId : localOffer.offerId;
  return offerId === undefined
    ? []
    : candidates.flatMap((candidate) => send(state, { event: "candidate", offerId, candidate }));
}

/** If signaling is reliable, nothing needs a resend: only a local change is left to do. */
function onReachable(state: NegotiationState, connected: boolean): Step {
  const reachable: NegotiationState = { ...state, reachable: true, failures: 0 };
  return reachable.reliable ? settle(reachable) : resend(reachable, connected);
}

/**
 * Resends what may have been lost, in the original order: our answer, our offer, our candidates. Their ids make
 * duplicates harmless.
 */
function resend(state: NegotiationState, connected: boolean): Step {
  const { answered, localOffer, gathered } = state;
  const effects: Effect[] = [];
  if (answered?.confirmed === false)
    effects.push(...send(state, { event: "answer", offerId: answered.offerId, sdp: answered.sdp }));
  if (state.phase === "have-local-offer" && localOffer?.sdp !== undefined) {
    effects.push(...send(state, { event: "offer", offerId: localOffer.offerId, sdp: localOffer.sdp }));
    // Sent even if media flows: it may flow on the ICE generation that the offer replaces.
    return {
      state: { ...state, outgoing: gathered },
      effects: [...effects, ...sendCandidates(state, onlyOf(localOffer.sdp, gathered))],
    };
  }
  // Those in `outgoing` are sent with the description that is being created.
  if (!connected)
    effects.push(
      ...sendCandidates(
        state,
        gathered.filter((candidate) => !state.outgoing.includes(candidate)),
      ),
    );
  return settle(state, effects);
}

/** Sends nothing during an outage that would lose it: `onReachable` makes up for it. */
function send(state: NegotiationState, message: Outgoing): Effect[] {
  return state.reachable || state.reliable ? [{ type: "send", message }] : [];
}
