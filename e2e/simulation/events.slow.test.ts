import { expect, it } from "vitest";
import { simulateAll } from "./simulate-all.js";

it.skipIf(process.env.SIG_LONG === undefined)(
  "they agree after each run until a million events have happened",
  async () => {
    const { events } = await simulateAll(10_000, (totals) => totals.events < 1_000_000);
    expect(events).toBeGreaterThanOrEqual(1_000_000);
  },
  1_800_000,
);
