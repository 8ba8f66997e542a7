import { expect, test, vi } from "vitest";
import { firstSeed, runsOf, timeout } from "../random-runs.js";
import { actions, events } from "./member.js";
import { stepsOf, walk, type Step } from "./walk.js";

// Node has no `reportError`: without a logger the errors of the listeners would be lost, as intended here.
vi.setConfig({ testTimeout: timeout });

const runs = runsOf(1500);

test(`whatever listeners do, nothing is left over and later calls work, in each of ${String(runs)} runs`, async () => {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const steps = stepsOf(seed);
    const violations = await walk(seed, steps);
    expect({ seed, steps, violations }).toEqual({ seed, steps, violations: [] });
  }
});

test.each(events.flatMap((event) => actions.map((action) => [event, action] as const)))(
  "a listener of %s may %s",
  async (event, action) => {
    const steps: Step[] = [0, 1, 2].map((member) => ({ member, event, nth: 1, action }));
    expect(await walk(1, steps)).toEqual([]);
  },
);
