import { expect, it } from "vitest";
import { runsOf, timeout } from "../random-runs.js";
import { calm, failing, faults } from "./scenario.js";
import { exploreAll } from "./settings.js";

const calmRuns = runsOf(300);
const failingRuns = runsOf(120);
const watchedRuns = runsOf(60);

it(
  `three people who join, leave and change their tracks agree in each of ${String(calmRuns)} runs, on both servers`,
  { timeout },
  async () => {
    const { runs, connections } = await exploreAll("calm", 0, calmRuns, calm);
    expect(connections).toBeGreaterThan(2 * runs);
  },
);

it(
  `they agree in each of ${String(failingRuns)} runs in which operations of their connections fail`,
  { timeout },
  async () => {
    await exploreAll("failing operations", 100_000, failingRuns, failing);
  },
);

it(
  `they agree in each of ${String(watchedRuns)} runs with faults in which paths are watched for silence`,
  { timeout },
  async () => {
    await exploreAll("silence", 110_000, watchedRuns, { ...faults, packets: true });
  },
);
