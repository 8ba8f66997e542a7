import { expect, it } from "vitest";
import { calm, failing, faults } from "./scenario.js";
import { exploreAll, timeout } from "./settings.js";

it(
  "three people who join, leave and change their tracks agree in each of 4,000 runs, on both servers",
  { timeout },
  async () => {
    const { runs, connections } = await exploreAll("calm", 0, 4000, calm);
    expect(connections).toBeGreaterThan(2 * runs);
  },
);

it("they agree in each of 1,500 runs in which operations of their connections fail", { timeout }, async () => {
  await exploreAll("failing operations", 100_000, 1500, failing);
});

it("they agree in each of 400 runs with faults in which paths are watched for silence", { timeout }, async () => {
  await exploreAll("silence", 110_000, 400, { ...faults, packets: true });
});
