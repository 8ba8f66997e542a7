import { expect, it } from "vitest";
import { bytesPerClient } from "./measured.js";

const kilobyte = 1024;
const isLong = process.env.SIG_LONG !== undefined;

it("an idle peer that has joined takes at most 4 KB of heap more than a bare socket", async () => {
  const bare = await bytesPerClient("bare", 400);
  const joined = await bytesPerClient("sig", 400);
  expect(bare.heap, "what is measured is not nothing").toBeGreaterThan(5 * kilobyte);
  expect(joined.heap - bare.heap).toBeLessThanOrEqual(4 * kilobyte);
});

it.runIf(isLong)(
  "18,000 idle peers that have joined take at most 20 KB of memory each",
  async () => {
    const { rss } = await bytesPerClient("sig", 18_000);
    expect(rss).toBeLessThanOrEqual(20 * kilobyte);
  },
  300_000,
);
