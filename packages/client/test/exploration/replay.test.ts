import { expect, it } from "vitest";
import { explore, replay } from "./explore.js";
import type { Recording } from "./recording.js";
import { calm, failing, faults } from "./scenario.js";

const runs = [calm, failing, faults].flatMap((scenario) => [1, 2, 3, 4, 5].map((seed) => ({ seed, scenario })));

it.each(runs)("the run of seed $seed in $scenario is the same each time", async ({ seed, scenario }) => {
  const once = await explore(seed, scenario, { detailed: true });
  expect(await explore(seed, scenario, { detailed: true })).toEqual(once);
});

it.each(runs)("its recording of seed $seed in $scenario replays it message for message", async ({ seed, scenario }) => {
  const { timers: _, ...run } = await explore(seed, scenario, { detailed: true });
  const recording = JSON.parse(JSON.stringify(run.recording)) as Recording;
  expect(recording.steps.length).toBeGreaterThan(2);
  const { timers: __, ...again } = await replay(recording, { detailed: true });
  expect(again).toEqual(run);
});
