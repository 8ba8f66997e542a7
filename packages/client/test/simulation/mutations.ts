import { negotiate } from "../../src/negotiation/negotiate.js";
import type { Scenario } from "./simulation.js";
import type { Effect, Input, NegotiationState, Step } from "../../src/negotiation/types.js";

export interface Mutation {
  /** What a broken negotiation does. */
  readonly name: string;
  readonly scenario: Scenario;
}

type Decide = typeof negotiate;

/** `negotiate`, broken on purpose in one way each: the simulation has to notice all of them. */
export const mutations: readonly Mutation[] = [
  mutation("the polite end never gives way", {}, asIf({ polite: false })),
  mutation("both ends give way", {}, asIf({ polite: true })),
  mutation(
    "an offer that comes during a step is forgotten",
    {},
    leaving((_, input) => (input.type === "remote-offer" ? { queued: undefined } : {})),
  ),
  mutation("the candidates of an ignored offer are added", {}, (state, input) => {
    const ignored =
      input.type === "remote-candidate" && input.offerId !== undefined && input.offerId === state.ignoredOfferId;
    return ignored
      ? { state, effects: [{ type: "add-candidate", candidate: input.candidate }] }
      : negotiate(state, input);
  }),
  mutation(
    "candidates that come too early are not held",
    {},
    leaving((_, input) => (input.type === "remote-candidate" ? { held: [] } : {})),
  ),
  mutation(
    "our candidates are not kept with an offer that may be ignored",
    {},
    leaving((state, input) => (input.type === "remote-offer" && state.polite ? { outgoing: [] } : {})),
  ),
  mutation("a stale answer is applied", { outages: 3 }, (state, input) =>
    negotiate(state, input.type === "remote-answer" ? { ...input, offerId: undefined } : input),
  ),
  mutation(
    "the answer is never said again",
    { outages: 1 },
    silent(
      (effect, input) =>
        effect.message.event === "answer" && (input.type === "reachable" || input.type === "remote-offer"),
    ),
  ),
  mutation(
    "the offer is never said again",
    { outages: 1 },
    silent((effect, input) => effect.message.event === "offer" && input.type === "reachable"),
  ),
  mutation(
    "candidates are never said again",
    { outages: 1 },
    silent((effect, input) => effect.message.event === "candidate" && input.type === "reachable"),
  ),
  mutation("a change during an outage is forgotten", { outages: 1 }, (state, input) =>
    input.type === "negotiation-needed" && !state.reachable ? { state, effects: [] } : negotiate(state, input),
  ),
  mutation(
    "an offer that was ignored once is ignored when it is said again",
    { outages: 1 },
    leaving((state, input) => (input.type === "remote-answer" ? { ignoredOfferId: state.ignoredOfferId } : {})),
  ),
  mutation("nothing is rolled back after a failure", { failureRate: 0.05 }, (state, input) =>
    without((effect) => effect.type === "rollback", negotiate(state, input)),
  ),
  mutation(
    "a failed step gives up our own change",
    { failureRate: 0.05 },
    leaving((_, input) => (input.type === "step-failed" ? { wanted: false } : {})),
  ),
  mutation("an offer that failed is not accepted when it is said again", { failureRate: 0.05 }, (state, input) =>
    input.type === "remote-offer" && input.offerId === state.failedRemoteId
      ? { state, effects: [] }
      : negotiate(state, input),
  ),
  mutation("offers are made without end while they fail", { alwaysFailing: ["a create-offer"] }, (state, input) =>
    negotiate({ ...state, failures: 0 }, input),
  ),
];

function mutation(name: string, scenario: Scenario, decide: Decide): Mutation {
  return { name, scenario: { ...scenario, negotiate: decide } };
}

/** Decides as if the state were another, in these fields. */
function asIf(other: Partial<NegotiationState>): Decide {
  return (state, input) => {
    const { state: next, effects } = negotiate({ ...state, ...other }, input);
    return { state: { ...next, polite: state.polite }, effects };
  };
}

/** Decides rightly and leaves a wrong state. */
function leaving(change: (state: NegotiationState, input: Input) => Partial<NegotiationState>): Decide {
  return (state, input) => {
    const step = negotiate(state, input);
    return { ...step, state: { ...step.state, ...change(state, input) } };
  };
}

/** Does not send what it should. */
function silent(drops: (effect: Extract<Effect, { type: "send" }>, input: Input) => boolean): Decide {
  return (state, input) => without((effect) => effect.type === "send" && drops(effect, input), negotiate(state, input));
}

function without(drops: (effect: Effect) => boolean, { state, effects }: Step): Step {
  return { state, effects: effects.filter((effect) => !drops(effect)) };
}
