import { expect, it } from "vitest";
import { bytesPerClient } from "./measured.js";

const kilobyte = 1024;
const isLong = process.env.SIG_LONG !== undefined;

it("an idle peer takes at most 1.25 KB of heap more than one of a relay that is written by hand", async () => {
  const byHand = await bytesPerClient("by-hand", 1500);
  const ours = await bytesPerClient("sig", 1500);
  expect(byHand.heap, "what is measured is not nothing").toBeGreaterThan(5 * kilobyte);
  expect(ours.heap - byHand.heap).toBeLessThanOrEqual(1.25 * kilobyte);
});

it.runIf(isLong)(
  "18,000 idle peers that have joined take at most 20 KB of memory each",
  async () => {
    const { rss } = await bytesPerClient("sig", 18_000);
    expect(rss).toBeLessThanOrEqual(20 * kilobyte);
  },
  300_000,
);
