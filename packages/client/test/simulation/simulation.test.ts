/// <reference types="node" />
import { describe, expect, it } from "vitest";
import { mutations } from "./mutations.js";
import { negotiate } from "../../src/negotiation/negotiate.js";
import { simulate, type Run, type Scenario } from "./simulation.js";

/** The first seed of the random runs. SIG_SEED moves it, SIG_RUNS multiplies the runs: to look further than CI does. */
const firstSeed = Number(process.env.SIG_SEED ?? 1);
const factor = Number(process.env.SIG_RUNS ?? 1);
const patience = 300_000 * factor;

console.log(`The simulation runs from seed ${String(firstSeed)}.`);

function runAll(count: number, scenario: Scenario): Run[] {
  const last = firstSeed + count * factor - 1;
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

describe("two ends that change at random moments", () => {
  it("agree in each of 10,000 runs on a channel that loses nothing", { timeout: patience }, () => {
    const runs = runAll(10_000, {});
    expect(sum(runs, (run) => run.descriptionsSent)).toBeGreaterThan(10_000);
  });

  it("agree in each of 5,000 runs with one outage, and of 5,000 with three", { timeout: patience }, () => {
    runAll(5_000, { outages: 1 });
    runAll(5_000, { outages: 3 });
  });

  it(
    "agree after the failures end, in each of 4,000 runs in which one step in twenty fails",
    { timeout: patience },
    () => {
      const runs = [...runAll(2_000, { failureRate: 0.05 }), ...runAll(2_000, { failureRate: 0.05, outages: 2 })];
      expect(sum(runs, (run) => run.failures)).toBeGreaterThan(1_000);
    },
  );

  it("agree after the failures end, whichever steps failed every time", { timeout: patience }, () => {
    const steps = ["create-offer", "accept-offer", "apply-answer"] as const;
    const all = steps.flatMap((step) => [`a ${step}`, `b ${step}`] as const);
    for (let chosen = 1; chosen < 2 ** all.length; chosen++) {
      runAll(20, { alwaysFailing: all.filter((_, index) => (chosen & (1 << index)) !== 0) });
    }
  });

  it("meet glare in both roles, ICE restarts, held candidates and queued offers", () => {
    const seen = { yielded: 0, ignored: 0, queued: 0, held: 0, restarted: 0 };
    const counting: typeof negotiate = (state, input) => {
      const step = negotiate(state, input);
      if (step.state.yielded && !state.yielded) seen.yielded++;
      if (step.state.ignoredOfferId !== undefined && state.ignoredOfferId === undefined) seen.ignored++;
      if (step.state.queued !== undefined && state.queued === undefined) seen.queued++;
      if (step.state.held.length > state.held.length) seen.held++;
      if (input.type === "local-candidate" && Number(input.candidate.usernameFragment?.split(":")[1]) > 1)
        seen.restarted++;
      return step;
    };
    for (let seed = 1; seed <= 500; seed++) simulate(seed, { negotiate: counting });
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20);
  });

  it("do the same again with the same seed", () => {
    for (const seed of [1, 2, 3])
      expect(simulate(seed, { outages: 1, failureRate: 0.05 })).toEqual(
        simulate(seed, { outages: 1, failureRate: 0.05 }),
      );
  });
});

describe("seeds that failed once", () => {
  const pinned: readonly { readonly because: string; readonly seed: number; readonly scenario: Scenario }[] = [
    { because: "a candidate found while our offer was open was lost when we gave way", seed: 37, scenario: {} },
    { because: "a candidate found while our offer was being made was lost when we gave way", seed: 67, scenario: {} },
    { because: "candidates of an offer that was given up went out with the answer", seed: 18, scenario: {} },
    {
      because: "candidates that were ignored once were dropped when they were said again",
      seed: 7,
      scenario: { outages: 1 },
    },
    {
      because: "candidates that were ignored once were dropped when they were said again, after three outages",
      seed: 41,
      scenario: { outages: 3 },
    },
    {
      because: "an offer that could not be accepted was taken for known when it was said again",
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
      because: "two ends that could apply no answer encouraged each other to 50 descriptions",
      seed: 4019,
      scenario: { alwaysFailing: ["a apply-answer", "b apply-answer"] },
    },
  ];

  it.each(pinned)("seed $seed agrees now: $because", ({ seed, scenario }) => {
    const run = simulate(seed, scenario);
    expect(run.violations).toEqual([]);
    expect(run.descriptionsSent).toBeLessThan(30);
  });
});

describe("the simulation notices when", () => {
  it.each(mutations)("$name", { timeout: patience }, ({ scenario }) => {
    let seed = 1;
    while (seed <= 2_000 && simulate(seed, scenario).violations.length === 0) seed++;
    expect(seed).toBeLessThanOrEqual(2_000);
  });
});
