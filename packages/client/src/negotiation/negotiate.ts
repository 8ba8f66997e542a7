import { maxFailures } from "./bounds.js";
import { hold, placeCandidate, keep, onlyOf, release, retract } from "./candidate-buffer.js";
import type { Candidate } from "@sig/protocol/page";
import type {
  Effect,
  Input,
  NegotiationOptions,
  NegotiationState,
  Offer,
  Outgoing,
  Phase,
  Step,
  StepName,
} from "./types.js";

/** The current step in each phase. */
const stepOf: Partial<Record<Phase, StepName>> = {
  "creating-offer": "create-offer",
  "have-remote-offer": "accept-offer",
  "applying-answer": "apply-answer",
};

/** The state before the first exchange. `idPrefix` must be unique for each connection. */
export function initialNegotiation(options: NegotiationOptions): NegotiationState {
  return {
    ...options,
    phase: "stable",
    offersMade: 0,
    yielded: false,
    negotiationNeeded: false,
    failures: 0,
    pastIds: [],
    heldCandidates: [],
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
  const react = reactions[input.type] as (...args: [NegotiationState, Effect[], Input]) => NegotiationState;
  return { state: settle(react(state, effects, input), reachable, effects), effects };
}

type Reactions = {
  readonly [Type in Input["type"]]: (
    state: NegotiationState,
    effects: Effect[],
    input: Extract<Input, { readonly type: Type }>,
  ) => NegotiationState;
};

/** Each returns the next state and adds to `effects`. */
const reactions: Reactions = {
  "negotiation-needed"(state) {
    return { ...state, negotiationNeeded: true };
  },
  "remote-offer"(state, effects, { offerId, sdp }) {
    const { phase, lastAnswer } = state;
    if (offerId === lastAnswer?.offerId) {
      // The peer resent its offer, so our answer may be lost. The answer is resent, not created again.
      sendAnswer(lastAnswer, effects);
      return state;
    }
    const underWay = phase === "have-remote-offer" ? state.remoteOfferId : undefined;
    if (offerId === underWay || offerId === state.queued?.offerId) return state;
    // In `stable` it is accepted at once, by `settle`.
    if (phase !== "have-local-offer") return { ...state, queued: { offerId, sdp } };
    // Glare. The impolite side keeps its own offer, which the polite side answers.
    return state.polite ? accept({ ...state, yielded: true }, { offerId, sdp }, effects) : ignore(state, offerId);
  },
  "remote-answer"(state, effects, { offerId, sdp }) {
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
  },
  "remote-candidate"(state, effects, { offerId, candidate }) {
    const place = placeCandidate(state, offerId);
    if (place === "add") effects.push({ type: "add-candidate", candidate });
    return place === "hold" ? hold(state, offerId, candidate) : state;
  },
  "local-candidate"(state, effects, { candidate }) {
    const { phase } = state;
    const next = { ...state, gathered: keep(state.gathered, candidate) };
    // A peer that ignores our open offer drops its candidates too: they are kept to be sent with our answer.
    if (phase !== "stable" && phase !== "applying-answer") next.outgoing = keep(state.outgoing, candidate);
    // A candidate is never sent before its description.
    if (phase !== "creating-offer" && phase !== "have-remote-offer") sendCandidates(next, [candidate], effects);
    return next;
  },
  "offer-created"(state, effects, { sdp }) {
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
  },
  "answer-created"(state, effects, { sdp }) {
    const { remoteOfferId } = state;
    if (state.phase !== "have-remote-offer" || remoteOfferId === undefined) return state;
    const lastAnswer = { offerId: remoteOfferId, sdp, confirmed: false };
    const next = {
      ...done(state),
      settledOfferId: remoteOfferId,
      gathered: onlyOf(sdp, state.gathered),
      outgoing: [],
      lastAnswer,
    };
    sendAnswer(lastAnswer, effects);
    sendCandidates(next, onlyOf(sdp, state.outgoing), effects);
    return next;
  },
  "answer-applied"(state) {
    const { localOffer, lastAnswer } = state;
    if (state.phase !== "applying-answer" || localOffer?.sdp === undefined) return state;
    return {
      ...done(state),
      failures: 0,
      settledOfferId: localOffer.offerId,
      gathered: onlyOf(localOffer.sdp, state.gathered),
      lastAnswer: lastAnswer && { ...lastAnswer, confirmed: true },
    };
  },
  "step-failed"(state, effects, { step, error }) {
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
  },
  reachable(state) {
    return { ...state, failures: 0 };
  },
  /**
   * Resends what may have been lost, in the original order: our answer, our offer, our candidates. Their ids make
   * duplicates harmless.
   */
  resend(state, effects, { connected }) {
    const { lastAnswer, localOffer, gathered, outgoing } = state;
    if (lastAnswer?.confirmed === false) sendAnswer(lastAnswer, effects);
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
  },
};

/** In `stable`, continues with what waits: the queued offer first, then a local change. */
function settle(state: NegotiationState, reachable: boolean, effects: Effect[]): NegotiationState {
  if (state.phase !== "stable") return state;
  if (state.queued !== undefined) return accept(state, state.queued, effects);
  if (!state.negotiationNeeded || !reachable || state.failures >= maxFailures) return state;
  if (!state.renegotiates && state.settledOfferId !== undefined) {
    effects.push({ type: "replace" });
    return { ...state, negotiationNeeded: false };
  }
  const offersMade = state.offersMade + 1;
  const offerId = `${state.idPrefix}-${offersMade}`;
  effects.push({ type: "create-offer", offerId });
  return { ...state, phase: "creating-offer", negotiationNeeded: false, offersMade, localOffer: { offerId } };
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
    heldCandidates: state.heldCandidates.filter((held) => held.offerId !== offerId),
  };
}

/** Returns to `stable` after a step. */
function done(state: NegotiationState): NegotiationState {
  return { ...state, phase: "stable", localOffer: undefined, yielded: false, ignoredOfferId: undefined };
}

function sendCandidates(state: NegotiationState, candidates: readonly Candidate[], effects: Effect[]): void {
  const { localOffer, settledOfferId } = state;
  const offerId = localOffer?.sdp === undefined ? settledOfferId : localOffer.offerId;
  if (offerId !== undefined)
    for (const candidate of candidates) send({ event: "candidate", offerId, candidate }, effects);
}

function sendAnswer({ offerId, sdp }: Offer, effects: Effect[]): void {
  send({ event: "answer", offerId, sdp }, effects);
}

function send(message: Outgoing, effects: Effect[]): void {
  effects.push({ type: "send", message });
}
