import { expect, it } from "vitest";
import { faults } from "./scenario.js";
import { exploreAll, timeout } from "./settings.js";

it("three people agree in each of 4,700 runs with faults, on both servers, part 3 of 3", { timeout }, async () => {
  const { runs, connections } = await exploreAll("faults", 500_000, 4700, faults);
  expect(connections).toBeGreaterThan(2 * runs);
});
