import { afterEach, describe, expect, it, vi } from "vitest";
import { explore } from "./explore.js";
import { faults, patience } from "./settings.js";
import type { Scenario } from "./world.js";

type Negotiate = typeof import("../../src/negotiation/negotiate.js");
type Buffer = typeof import("../../src/negotiation/candidate-buffer.js");
type Link = typeof import("../../src/negotiation/reliable-link.js");
type Epoch = typeof import("../../src/negotiation/connection-epoch.js");
type Recovery = typeof import("../../src/negotiation/recovery.js");

/** What decides otherwise than it should, if anything does. */
const broken = vi.hoisted<{
  negotiate?: (right: Negotiate["negotiate"]) => Negotiate["negotiate"];
  belongsTo?: Buffer["belongsTo"];
  stepLink?: (right: Link["stepLink"]) => Link["stepLink"];
  compareEpoch?: Epoch["compareEpoch"];
  recover?: (right: Recovery["recover"]) => Recovery["recover"];
}>(() => ({}));

vi.mock("../../src/negotiation/negotiate.js", async (load) => {
  const right = await load<Negotiate>();
  const negotiate: Negotiate["negotiate"] = (state, input) =>
    (broken.negotiate?.(right.negotiate) ?? right.negotiate)(state, input);
  return { ...right, negotiate };
});
vi.mock("../../src/negotiation/candidate-buffer.js", async (load) => {
  const right = await load<Buffer>();
  const belongsTo: Buffer["belongsTo"] = (sdp, ufrag) => (broken.belongsTo ?? right.belongsTo)(sdp, ufrag);
  return { ...right, belongsTo };
});
vi.mock("../../src/negotiation/reliable-link.js", async (load) => {
  const right = await load<Link>();
  const stepLink: Link["stepLink"] = (state, input) =>
    (broken.stepLink?.(right.stepLink) ?? right.stepLink)(state, input);
  return { ...right, stepLink };
});
vi.mock("../../src/negotiation/connection-epoch.js", async (load) => {
  const right = await load<Epoch>();
  const compareEpoch: Epoch["compareEpoch"] = (heard, own, polite) =>
    (broken.compareEpoch ?? right.compareEpoch)(heard, own, polite);
  return { ...right, compareEpoch };
});
vi.mock("../../src/negotiation/recovery.js", async (load) => {
  const right = await load<Recovery>();
  const recover: Recovery["recover"] = (state, input, times) =>
    (broken.recover?.(right.recover) ?? right.recover)(state, input, times);
  return { ...right, recover };
});

/** Negotiates as if politeness were another. */
const asIfPolite =
  (polite: boolean): NonNullable<typeof broken.negotiate> =>
  (negotiate) =>
  (state, input) => {
    const step = negotiate({ ...state, polite }, input);
    return { ...step, state: { ...step.state, polite: state.polite } };
  };

const lossy: Scenario = { restarts: true, lossy: true };

/** One guard each that is taken away, and the runs in which that has to show. */
const mutations: readonly { readonly name: string; readonly scenario: Scenario; readonly change: typeof broken }[] = [
  {
    name: "offers that should be ignored are accepted",
    scenario: { restarts: true },
    change: { negotiate: asIfPolite(true) },
  },
  { name: "nobody gives way", scenario: { restarts: true }, change: { negotiate: asIfPolite(false) } },
  {
    name: "stale answers are applied",
    // With the link no answer is stale: it is clients without one that rely on this guard.
    scenario: { ...lossy, withoutLink: true },
    change: {
      negotiate: (negotiate) => (state, input) =>
        negotiate(state, input.type === "remote-answer" ? { ...input, offerId: undefined } : input),
    },
  },
  { name: "candidates of every generation are added", scenario: faults, change: { belongsTo: () => true } },
  {
    name: "messages that come twice are delivered twice",
    scenario: lossy,
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
    name: "what is lost is not said again",
    scenario: lossy,
    change: {
      stepLink: (stepLink) => (state, input) =>
        input.type === "resend-due" ? { state, effects: [] } : stepLink(state, input),
    },
  },
  {
    name: "messages of old connections are taken for those of the present one",
    scenario: faults,
    change: { compareEpoch: () => "same" },
  },
  {
    name: "a path that fails is left alone",
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
    for (const guard of Object.keys(broken)) Reflect.deleteProperty(broken, guard);
  });

  it.each(mutations)("$name", { timeout: patience }, async ({ name, scenario, change }) => {
    Object.assign(broken, change);
    let seed = 1;
    let found: readonly string[] = [];
    while (seed <= 400 && found.length === 0) found = (await explore(seed++, scenario)).violations;
    console.log(`${name}: seed ${String(seed - 1)}, ${found.join("; ")}`.slice(0, 240));
    expect(found).not.toEqual([]);
  });

  it("nothing, while every guard is in its place", { timeout: patience }, async () => {
    for (const scenario of [{ restarts: true }, lossy, { ...lossy, withoutLink: true }, faults]) {
      for (let seed = 1; seed <= 25; seed++)
        expect((await explore(seed, scenario)).violations, `seed ${String(seed)}, ${JSON.stringify(scenario)}`).toEqual(
          [],
        );
    }
  });
});
