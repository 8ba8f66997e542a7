import { expect, it } from "vitest";
import { simulateAll } from "./simulate-all.js";

it("eight clients, three nodes and Redis agree in each of 1,000 runs with faults, part 2 of 2", async () => {
  const { runs, events } = await simulateAll(1000, (totals) => totals.runs < 1000);
  expect(runs).toBe(1000);
  expect(events).toBeGreaterThan(500_000);
}, 600_000);
