import { expect, it } from "vitest";
import { explore } from "./explore.js";
import { exploreAll, faults, patience } from "./settings.js";

it("three people who come, go and change their tracks agree in each of 4,000 runs", { timeout: patience }, async () => {
  const { runs, connections } = await exploreAll("calm", 0, 4000, { restarts: true });
  expect(connections).toBeGreaterThan(2 * runs);
});

it("so they do in each of 1,500 runs in which calls of their connections fail", { timeout: patience }, async () => {
  await exploreAll("failing calls", 100_000, 1500, { restarts: true, lossy: true, failures: true });
});

it(
  "so they do in each of 400 runs with faults in which paths are watched for silence",
  { timeout: patience },
  async () => {
    await exploreAll("silence", 110_000, 400, { ...faults, packets: true });
  },
);

it("does the same again with the same seed", async () => {
  for (const seed of [1, 2, 3])
    expect(await explore(seed, faults, { detailed: true })).toEqual(await explore(seed, faults, { detailed: true }));
});
