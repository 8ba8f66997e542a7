import { expect, it } from "vitest";
import { runsOf, timeout } from "../random-runs.js";
import { faults } from "./scenario.js";
import { exploreAll } from "./settings.js";

const count = runsOf(350);

it(`three people agree in each of ${String(count)} runs with faults, on both servers`, { timeout }, async () => {
  const { runs, connections } = await exploreAll("faults", 300_000, count, faults);
  expect(connections).toBeGreaterThan(2 * runs);
});
