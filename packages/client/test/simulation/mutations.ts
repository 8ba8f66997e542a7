import { negotiate } from "../../src/negotiation/negotiate.js";
import type { Scenario } from "./simulation.js";
import type { Effect, Input, NegotiationState, Step } from "../../src/negotiation/types.js";

export interface Mutation {
  /** The mistake. */
  readonly name: string;
  readonly scenario: Scenario;
}

type Decide = typeof negotiate;

/** Variants of `negotiate`, each with one mistake: the simulation must notice all of them. */
export const mutations: readonly Mutation[] = [
  mutation("the polite end never gives way", {}, asIf({ polite: false })),
  mutation("both ends give way", {}, asIf({ polite: true })),
  mutation(
    "an offer that arrives during a step is forgotten",
    {},
    corrupting((_, input) => (input.type === "remote-offer" ? { queued: undefined } : {})),
  ),
  mutation("the candidates of an ignored offer are added", {}, (state, input, reachable) => {
    const ignored =
      input.type === "remote-candidate" && input.offerId !== undefined && input.offerId === state.ignoredOfferId;
    return ignored
      ? { state, effects: [{ type: "add-candidate", candidate: input.candidate }] }
      : negotiate(state, input, reachable);
  }),
  mutation(
    "candidates that arrive before their description are not held",
    {},
    corrupting((_, input) => (input.type === "remote-candidate" ? { heldCandidates: [] } : {})),
  ),
  mutation(
    "our candidates are not kept while our offer may be ignored",
    {},
    corrupting((state, input) => (input.type === "remote-offer" && state.polite ? { outgoing: [] } : {})),
  ),
  mutation("a stale answer is applied", { outages: 3 }, (state, input, reachable) =>
    negotiate(state, input.type === "remote-answer" ? { ...input, offerId: undefined } : input, reachable),
  ),
  mutation(
    "the answer is never resent",
    { outages: 1 },
    omitting(
      (effect, input) =>
        effect.message.event === "answer" && (input.type === "resend" || input.type === "remote-offer"),
    ),
  ),
  mutation(
    "the offer is never resent",
    { outages: 1 },
    omitting((effect, input) => effect.message.event === "offer" && input.type === "resend"),
  ),
  mutation(
    "candidates are never resent",
    { outages: 1 },
    omitting((effect, input) => effect.message.event === "candidate" && input.type === "resend"),
  ),
  mutation("a change during an outage is forgotten", { outages: 1 }, (state, input, reachable) =>
    input.type === "negotiation-needed" && !reachable ? { state, effects: [] } : negotiate(state, input, reachable),
  ),
  mutation(
    "an offer that was ignored once is ignored when it is resent",
    { outages: 1 },
    corrupting((state, input) => (input.type === "remote-answer" ? { ignoredOfferId: state.ignoredOfferId } : {})),
  ),
  mutation("a failed step is not rolled back", { failureRate: 0.05 }, (state, input, reachable) =>
    without((effect) => effect.type === "rollback", negotiate(state, input, reachable)),
  ),
  mutation(
    "a failed step discards our own change",
    { failureRate: 0.05 },
    corrupting((_, input) => (input.type === "step-failed" ? { negotiationNeeded: false } : {})),
  ),
  mutation(
    "an offer that failed is not accepted when it is resent",
    { failureRate: 0.05 },
    (state, input, reachable) =>
      input.type === "remote-offer" && input.offerId === state.failedRemoteId
        ? { state, effects: [] }
        : negotiate(state, input, reachable),
  ),
  mutation(
    "failing offers are made without a limit",
    { alwaysFailing: ["a create-offer"] },
    (state, input, reachable) => negotiate({ ...state, failures: 0 }, input, reachable),
  ),
];

function mutation(name: string, scenario: Scenario, decide: Decide): Mutation {
  return { name, scenario: { ...scenario, negotiate: decide } };
}

/** Decides with these fields of the state replaced. */
function asIf(other: Partial<NegotiationState>): Decide {
  return (state, input, reachable) => {
    const { state: next, effects } = negotiate({ ...state, ...other }, input, reachable);
    return { state: { ...next, polite: state.polite }, effects };
  };
}

/** Decides correctly, then corrupts the state. */
function corrupting(change: (state: NegotiationState, input: Input) => Partial<NegotiationState>): Decide {
  return (state, input, reachable) => {
    const step = negotiate(state, input, reachable);
    return { ...step, state: { ...step.state, ...change(state, input) } };
  };
}

/** Omits some messages. */
function omitting(drops: (effect: Extract<Effect, { type: "send" }>, input: Input) => boolean): Decide {
  return (state, input, reachable) =>
    without((effect) => effect.type === "send" && drops(effect, input), negotiate(state, input, reachable));
}

function without(drops: (effect: Effect) => boolean, { state, effects }: Step): Step {
  return { state, effects: effects.filter((effect) => !drops(effect)) };
}
