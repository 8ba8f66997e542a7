import { describe, expect, it } from "vitest";
import { explore } from "./explore.js";
import { faults } from "./settings.js";
import type { Scenario } from "./world.js";

const calm: Scenario = { restarts: true };
const failing: Scenario = { restarts: true, lossy: true, failures: true };

/** Runs that ended badly once, and what was wrong then. What a seed does changes with what may happen in a run: who changes that finds them anew. */
const pinned: readonly { readonly because: string; readonly seed: number; readonly scenario: Scenario }[] = [
  { because: "a publication that was stopped at once went on being sent", seed: 16, scenario: calm },
  { because: "a publication that took the place of another at once was never sent", seed: 630, scenario: calm },
  { because: "two publications shared one sender", seed: 665, scenario: { restarts: true, lossy: true } },
  { because: "a join took the answer to the one before it for its own", seed: 332, scenario: calm },
  { because: "who had a wrong id gave way to nobody", seed: 46, scenario: calm },
  { because: "who had a wrong id could not accept an offer", seed: 185, scenario: calm },
  { because: "an offer that was said again after a failure told of its track twice", seed: 382, scenario: failing },
  { because: "an offer to an earlier stay was answered by the present one", seed: 1579, scenario: calm },
  {
    because: "an offer to an earlier stay was answered by the present one, with faults",
    seed: 503_148,
    scenario: faults,
  },
  { because: "a peer that never answered was offered to without end", seed: 545, scenario: faults },
  {
    because: "an epoch that one side had ended was taken up again where the other had begun it",
    seed: 306_858,
    scenario: faults,
  },
  { because: "what was said in an earlier stay arrived in the one after it", seed: 503_065, scenario: faults },
];

describe("seeds that failed once", () => {
  it.each(pinned)("seed $seed agrees now: $because", async ({ seed, scenario }) => {
    const { violations } = await explore(seed, scenario);
    expect(violations).toEqual([]);
  });
});
