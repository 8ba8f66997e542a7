import { afterEach, describe, expect, it, vi } from "vitest";
import { timeout } from "../random-runs.js";
import { explore } from "./explore.js";
import { calm, faults, type Scenario } from "./scenario.js";

type Negotiate = typeof import("../../src/negotiation/negotiate.js");
type Buffer = typeof import("../../src/negotiation/candidate-buffer.js");
type Link = typeof import("../../src/negotiation/reliable-link.js");
type Epoch = typeof import("../../src/negotiation/connection-epoch.js");
type Recovery = typeof import("../../src/negotiation/recovery.js");

/** The decisions that a mutation replaces; empty without one. */
const mutated = vi.hoisted<{
  negotiate?: (original: Negotiate["negotiate"]) => Negotiate["negotiate"];
  belongsTo?: Buffer["belongsTo"];
  stepLink?: (original: Link["stepLink"]) => Link["stepLink"];
  compareEpoch?: Epoch["compareEpoch"];
  recover?: (original: Recovery["recover"]) => Recovery["recover"];
}>(() => ({}));

vi.mock("../../src/negotiation/negotiate.js", async (load) => {
  const original = await load<Negotiate>();
  const negotiate: Negotiate["negotiate"] = (...given) =>
    (mutated.negotiate?.(original.negotiate) ?? original.negotiate)(...given);
  return { ...original, negotiate };
});
vi.mock("../../src/negotiation/candidate-buffer.js", async (load) => {
  const original = await load<Buffer>();
  const belongsTo: Buffer["belongsTo"] = (sdp, ufrag) => (mutated.belongsTo ?? original.belongsTo)(sdp, ufrag);
  return { ...original, belongsTo };
});
vi.mock("../../src/negotiation/reliable-link.js", async (load) => {
  const original = await load<Link>();
  const stepLink: Link["stepLink"] = (state, input) =>
    (mutated.stepLink?.(original.stepLink) ?? original.stepLink)(state, input);
  return { ...original, stepLink };
});
vi.mock("../../src/negotiation/connection-epoch.js", async (load) => {
  const original = await load<Epoch>();
  const compareEpoch: Epoch["compareEpoch"] = (received, own, polite) =>
    (mutated.compareEpoch ?? original.compareEpoch)(received, own, polite);
  return { ...original, compareEpoch };
});
vi.mock("../../src/negotiation/recovery.js", async (load) => {
  const original = await load<Recovery>();
  const recover: Recovery["recover"] = (state, input, times) =>
    (mutated.recover?.(original.recover) ?? original.recover)(state, input, times);
  return { ...original, recover };
});

/** Negotiates with a fixed politeness. */
const asIfPolite =
  (polite: boolean): NonNullable<typeof mutated.negotiate> =>
  (negotiate) =>
  (state, input, reachable) => {
    const step = negotiate({ ...state, polite }, input, reachable);
    return { ...step, state: { ...step.state, polite: state.polite } };
  };

const unreliable: Scenario = { ...calm, unreliable: true };

/** Each removes one guard; a run of its scenario has to fail. */
const mutations: readonly { readonly name: string; readonly scenario: Scenario; readonly change: typeof mutated }[] = [
  {
    name: "offers that should be ignored are accepted",
    scenario: calm,
    change: { negotiate: asIfPolite(true) },
  },
  { name: "no peer is polite", scenario: calm, change: { negotiate: asIfPolite(false) } },
  {
    name: "stale answers are applied",
    // With numbered messages no answer is stale: only older clients rely on this guard.
    scenario: { ...unreliable, withoutLink: true },
    change: {
      negotiate: (negotiate) => (state, input, reachable) =>
        negotiate(state, input.type === "remote-answer" ? { ...input, offerId: undefined } : input, reachable),
    },
  },
  { name: "candidates of every generation are added", scenario: faults, change: { belongsTo: () => true } },
  {
    name: "duplicates are delivered",
    scenario: unreliable,
    change: {
      stepLink: (stepLink) => (state, input) => {
        const step = stepLink(state, input);
        if (
          input.type !== "received" ||
          input.message === undefined ||
          input.link === undefined ||
          input.link.seq > state.received
        )
          return step;
        return { ...step, effects: [...step.effects, { type: "deliver", message: input.message }] };
      },
    },
  },
  {
    name: "lost messages are not resent",
    scenario: unreliable,
    change: {
      stepLink: (stepLink) => (state, input) =>
        input.type === "resend-due" ? { state, effects: [] } : stepLink(state, input),
    },
  },
  {
    name: "messages of old connections count for the present one",
    scenario: faults,
    change: { compareEpoch: () => "same" },
  },
  {
    name: "a failed path is not recovered",
    scenario: faults,
    change: {
      recover: (recover) => (state, input, times) =>
        input.type === "failed" || input.type === "disconnected"
          ? { state, effects: [] }
          : recover(state, input, times),
    },
  },
];

describe("the exploration notices when", () => {
  afterEach(() => {
    for (const guard of Object.keys(mutated)) Reflect.deleteProperty(mutated, guard);
  });

  it.each(mutations)("$name", { timeout }, async ({ name, scenario, change }) => {
    Object.assign(mutated, change);
    let seed = 1;
    let found: readonly string[] = [];
    while (seed <= 400 && found.length === 0) found = (await explore(seed++, scenario)).violations;
    console.log(`${name}: seed ${String(seed - 1)}, ${found.join("; ")}`.slice(0, 240));
    expect(found).not.toEqual([]);
  });

  it("nothing while every guard is in place", { timeout }, async () => {
    for (const scenario of [calm, unreliable, { ...unreliable, withoutLink: true }, faults]) {
      for (let seed = 1; seed <= 25; seed++)
        expect((await explore(seed, scenario)).violations, `seed ${String(seed)}, ${JSON.stringify(scenario)}`).toEqual(
          [],
        );
    }
  });
});
