import { gather, hold, judgeCandidate, release } from "./candidate-buffer.js";
import type { Effect, Input, NegotiationState, Offer, Outgoing, Step } from "./types.js";

/** Failed steps in a row after which no more offers are made until the peer makes one or comes back. */
export const maxFailures = 3;

/** The state of a pair that has not negotiated. `idPrefix` must be unique for each connection. */
export function initialNegotiation(options: { polite: boolean; reachable: boolean; idPrefix: string }): NegotiationState {
  return {
    ...options,
    phase: "stable",
    offersMade: 0,
    yielded: false,
    wanted: false,
    failures: 0,
    pastIds: [],
    held: [],
    outgoing: [],
    gathered: [],
  };
}

/**
 * Perfect negotiation (W3C WebRTC section 10.7) as a function of plain data: glare, rollback, stale answers
 * and what follows an outage are decided here and nowhere else. docs/negotiation.md has the table.
 */
export function negotiate(state: NegotiationState, input: Input): Step {
  switch (input.type) {
    case "negotiation-needed":
      return settle({ ...state, wanted: true });
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
      return settle({ ...done(state), answered: state.answered && { ...state.answered, confirmed: true } });
    case "step-failed":
      return onStepFailed(state, input);
    case "unreachable":
      return { state: { ...state, reachable: false }, effects: [] };
    case "reachable":
      return onReachable(state, input.connected);
  }
}

/** In `stable`, takes up what waited: their offer first, then our own change. */
function settle(state: NegotiationState, effects: readonly Effect[] = []): Step {
  if (state.phase !== "stable") return { state, effects };
  if (state.queued !== undefined) return accept(state, state.queued, effects);
  if (!state.wanted || !state.reachable || state.failures >= maxFailures) return { state, effects };
  const offersMade = state.offersMade + 1;
  const offerId = `${state.idPrefix}-${String(offersMade)}`;
  return {
    state: { ...state, phase: "offering", wanted: false, offersMade, localOffer: { offerId } },
    effects: [...effects, { type: "create-offer", offerId }],
  };
}

function onRemoteOffer(state: NegotiationState, offer: Offer): Step {
  if (offer.offerId === state.answered?.offerId) return repeatAnswer(state);
  if (offer.offerId === state.remoteId || offer.offerId === state.queued?.offerId) return { state, effects: [] };
  switch (state.phase) {
    case "stable":
      return accept(state, offer);
    case "offered":
      // Glare. The impolite side keeps its own offer; the polite side will answer it.
      return state.polite ? accept({ ...state, yielded: true }, offer) : { state: ignore(state, offer.offerId), effects: [] };
    case "offering":
    case "accepting":
    case "applying":
      return { state: { ...state, queued: { offerId: offer.offerId, sdp: offer.sdp } }, effects: [] };
  }
}

/** The offerer said it again, so it has not heard the answer; answering once is enough to set, not to arrive. */
function repeatAnswer(state: NegotiationState): Step {
  const { answered } = state;
  return { state, effects: answered === undefined ? [] : send(state, { event: "answer", offerId: answered.offerId, sdp: answered.sdp }) };
}

function accept(state: NegotiationState, offer: Offer, before: readonly Effect[] = []): Step {
  const released = release(state, offer.offerId);
  return {
    state: { ...released.state, phase: "accepting", queued: undefined, localOffer: undefined, outgoing: [] },
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
  if (state.phase !== "offering" || localOffer === undefined) return { state, effects: [] };
  // Their offer came while ours was being made: glare, as in `offered`.
  if (queued !== undefined && state.polite) return accept({ ...state, yielded: true }, queued);
  const offered: NegotiationState = {
    ...(queued === undefined ? state : ignore(state, queued.offerId)),
    phase: "offered",
    localId: localOffer.offerId,
    localOffer: { ...localOffer, sdp },
  };
  return flushOutgoing(offered, send(offered, { event: "offer", offerId: localOffer.offerId, sdp }));
}

function onRemoteAnswer(state: NegotiationState, offerId: string | undefined, sdp: string): Step {
  const ours = state.localOffer?.offerId;
  // An answer to another offer, or to one that was given up, is stale: dropped without a word.
  if (state.phase !== "offered" || ours === undefined || (offerId ?? ours) !== ours) return { state, effects: [] };
  const released = release(state, ours);
  return {
    state: { ...released.state, phase: "applying" },
    effects: [{ type: "apply-answer", sdp }, ...released.effects],
  };
}

function onAnswerCreated(state: NegotiationState, sdp: string): Step {
  const { remoteId } = state;
  if (state.phase !== "accepting" || remoteId === undefined) return { state, effects: [] };
  const answered: NegotiationState = { ...done(state), localId: remoteId, answered: { offerId: remoteId, sdp, confirmed: false } };
  const flushed = flushOutgoing(answered, send(answered, { event: "answer", offerId: remoteId, sdp }));
  return settle(flushed.state, flushed.effects);
}

/** Back in `stable` after a step that went well. */
function done(state: NegotiationState): NegotiationState {
  return { ...state, phase: "stable", localOffer: undefined, yielded: false, ignoredOfferId: undefined, failures: 0 };
}

function onStepFailed(state: NegotiationState, { step, error }: Extract<Input, { type: "step-failed" }>): Step {
  const failures = state.failures + 1;
  const report: Effect = { type: "report", step, error, final: failures >= maxFailures };
  const failed: NegotiationState = {
    ...state,
    phase: "stable",
    failures,
    localOffer: undefined,
    yielded: false,
    ignoredOfferId: undefined,
    outgoing: [],
    // What our own offer was to say is still unsaid.
    wanted: state.wanted || step !== "accept-offer" || state.yielded,
  };
  return settle(failed, [{ type: "rollback" }, report]);
}

function onRemoteCandidate(state: NegotiationState, { offerId, candidate }: Extract<Input, { type: "remote-candidate" }>): Step {
  switch (judgeCandidate(state, offerId)) {
    case "drop":
      return { state, effects: [] };
    case "add":
      return { state, effects: [{ type: "add-candidate", candidate }] };
    case "hold":
      return { state: hold(state, offerId, candidate), effects: [] };
  }
}

function onLocalCandidate(state: NegotiationState, { candidate }: Extract<Input, { type: "local-candidate" }>): Step {
  const next = { ...state, gathered: gather(state.gathered, candidate) };
  // A candidate never overtakes the description it belongs to.
  if (state.phase === "offering" || state.phase === "accepting") return { state: { ...next, outgoing: [...state.outgoing, candidate] }, effects: [] };
  return { state: next, effects: send(next, { event: "candidate", offerId: state.localId, candidate }) };
}

function flushOutgoing(state: NegotiationState, before: readonly Effect[]): Step {
  const candidates = state.outgoing.flatMap((candidate) => send(state, { event: "candidate", offerId: state.localId, candidate }));
  return { state: { ...state, outgoing: [] }, effects: [...before, ...candidates] };
}

/**
 * What may have been lost is said again, in the order it was said first: our answer, our offer, our
 * candidates. The ids make each of them harmless to a peer that has it already.
 */
function onReachable(state: NegotiationState, connected: boolean): Step {
  const back: NegotiationState = { ...state, reachable: true, failures: 0 };
  const effects: Effect[] = [];
  const { answered, localOffer } = back;
  if (answered?.confirmed === false) effects.push(...send(back, { event: "answer", offerId: answered.offerId, sdp: answered.sdp }));
  if (back.phase === "offered" && localOffer?.sdp !== undefined) {
    effects.push(...send(back, { event: "offer", offerId: localOffer.offerId, sdp: localOffer.sdp }));
  }
  if (!connected && back.localId !== undefined) {
    for (const candidate of back.gathered) effects.push(...send(back, { event: "candidate", offerId: back.localId, candidate }));
  }
  return settle(back, effects);
}

/** Nothing is sent into an outage: what was not sent is made up for by `onReachable`. */
function send(state: NegotiationState, message: Outgoing): Effect[] {
  return state.reachable ? [{ type: "send", message }] : [];
}
