import { expect, it } from "vitest";
import { exploreAll, faults, patience } from "./settings.js";

it(
  "three people whose messages, sockets, paths and server fail agree afterwards in each of 4,700 runs, part 3 of 3",
  { timeout: patience },
  async () => {
    const { runs, connections } = await exploreAll("faults", 500000, 4700, faults);
    expect(connections).toBeGreaterThan(2 * runs);
  },
);
