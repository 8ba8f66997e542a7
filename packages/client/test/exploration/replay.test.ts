import { expect, it } from "vitest";
import { explore, replay } from "./explore.js";
import type { Recording } from "./recording.js";
import { calm, failing, faults } from "./scenario.js";

const runs = [calm, failing, faults].flatMap((scenario) =>
  (["memory", "real"] as const).flatMap((server) => [1, 2, 3].map((seed) => ({ seed, scenario, server }))),
);

it.each(runs)("a run is the same each time: seed $seed, $server, $scenario", async ({ seed, scenario, server }) => {
  const once = await explore(seed, scenario, { server, detailed: true });
  expect(await explore(seed, scenario, { server, detailed: true })).toEqual(once);
});

it.each(runs)(
  "a recording replays every message: seed $seed, $server, $scenario",
  async ({ seed, scenario, server }) => {
    const { timers: _, ...run } = await explore(seed, scenario, { server, detailed: true });
    const recording = JSON.parse(JSON.stringify(run.recording)) as Recording;
    expect(recording.steps.length).toBeGreaterThan(2);
    const { timers: __, ...again } = await replay(recording, { detailed: true });
    expect(again).toEqual(run);
  },
);
