/// <reference types="node" />
import { describe, expect, it } from "vitest";
import { mutations } from "./mutations.js";
import { negotiate } from "../../src/negotiation/negotiate.js";
import { firstSeed, runsOf, timeout } from "../random-runs.js";
import { simulate, type Run, type Scenario } from "./simulation.js";

console.log(`The first seed of the simulation is ${String(firstSeed)}.`);

function runAll(count: number, scenario: Scenario): Run[] {
  const last = firstSeed + runsOf(count) - 1;
  const runs: Run[] = [];
  for (let seed = firstSeed; seed <= last; seed++) {
    const run = simulate(seed, scenario);
    if (run.violations.length > 0)
      throw new Error(`seed ${String(seed)}, ${JSON.stringify(scenario)}: ${run.violations.join("; ")}`);
    runs.push(run);
  }
  return runs;
}

const sum = (runs: readonly Run[], of: (run: Run) => number): number => runs.reduce((total, run) => total + of(run), 0);

describe("two ends that change at random times", () => {
  it(`agree in each of ${String(runsOf(10_000))} runs without loss`, { timeout }, () => {
    const runs = runAll(10_000, {});
    expect(sum(runs, (run) => run.descriptionsSent)).toBeGreaterThan(10_000);
  });

  it(`agree in each of ${String(runsOf(5000))} runs with one outage, and as many with three`, { timeout }, () => {
    runAll(5_000, { outages: 1 });
    runAll(5_000, { outages: 3 });
  });

  it(
    `agree after the failures end, in each of ${String(runsOf(4000))} runs where one step in twenty fails`,
    { timeout },
    () => {
      const runs = [...runAll(2_000, { failureRate: 0.05 }), ...runAll(2_000, { failureRate: 0.05, outages: 2 })];
      expect(sum(runs, (run) => run.failures)).toBeGreaterThan(1_000);
    },
  );

  it("agree after the failures end, for every set of steps that always fail", { timeout }, () => {
    const steps = ["create-offer", "accept-offer", "apply-answer"] as const;
    const all = steps.flatMap((step) => [`a ${step}`, `b ${step}`] as const);
    for (let chosen = 1; chosen < 2 ** all.length; chosen++) {
      runAll(20, { alwaysFailing: all.filter((_, index) => (chosen & (1 << index)) !== 0) });
    }
  });

  it("encounter glare in both roles, ICE restarts, held candidates and queued offers", () => {
    const seen = { yielded: 0, ignored: 0, queued: 0, held: 0, restarted: 0 };
    const counting: typeof negotiate = (state, input, reachable) => {
      const step = negotiate(state, input, reachable);
      if (step.state.yielded && !state.yielded) seen.yielded++;
      if (step.state.ignoredOfferId !== undefined && state.ignoredOfferId === undefined) seen.ignored++;
      if (step.state.queued !== undefined && state.queued === undefined) seen.queued++;
      if (step.state.heldCandidates.length > state.heldCandidates.length) seen.held++;
      if (input.type === "local-candidate" && Number(input.candidate.usernameFragment?.split(":")[1]) > 1)
        seen.restarted++;
      return step;
    };
    for (let seed = 1; seed <= 500; seed++) simulate(seed, { negotiate: counting });
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20);
  });

  it("repeat a run exactly with the same seed", () => {
    for (const seed of [1, 2, 3])
      expect(simulate(seed, { outages: 1, failureRate: 0.05 })).toEqual(
        simulate(seed, { outages: 1, failureRate: 0.05 }),
      );
  });
});

describe("seeds that failed before", () => {
  const pinned: readonly { readonly because: string; readonly seed: number; readonly scenario: Scenario }[] = [
    { because: "a candidate gathered while our offer was open was lost when we gave way", seed: 37, scenario: {} },
    {
      because: "a candidate gathered while our offer was being created was lost when we gave way",
      seed: 67,
      scenario: {},
    },
    { because: "candidates of an offer that was given up were sent with the answer", seed: 18, scenario: {} },
    {
      because: "candidates that were ignored once were dropped when they were resent",
      seed: 7,
      scenario: { outages: 1 },
    },
    {
      because: "candidates that were ignored once were dropped when they were resent, after three outages",
      seed: 41,
      scenario: { outages: 3 },
    },
    {
      because: "an offer that failed was treated as known when it was resent",
      seed: 30,
      scenario: { failureRate: 0.05 },
    },
    { because: "a failure left the ends with different m-lines", seed: 110, scenario: { failureRate: 0.05 } },
    { because: "a failure left the ends with different ICE generations", seed: 696, scenario: { failureRate: 0.05 } },
    {
      because: "candidates of an answer that could not be applied were lost",
      seed: 3,
      scenario: { alwaysFailing: ["a apply-answer", "b create-offer"] },
    },
    {
      because: "two ends that could apply no answer sent each other 50 descriptions",
      seed: 4019,
      scenario: { alwaysFailing: ["a apply-answer", "b apply-answer"] },
    },
  ];

  it.each(pinned)("seed $seed passes, which failed because $because", ({ seed, scenario }) => {
    const run = simulate(seed, scenario);
    expect(run.violations).toEqual([]);
    expect(run.descriptionsSent).toBeLessThan(30);
  });
});

describe("the simulation notices when", () => {
  it.each(mutations)("$name", { timeout }, ({ scenario }) => {
    let seed = 1;
    while (seed <= 2_000 && simulate(seed, scenario).violations.length === 0) seed++;
    expect(seed).toBeLessThanOrEqual(2_000);
  });
});
