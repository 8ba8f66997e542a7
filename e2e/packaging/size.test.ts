import { expect, test } from "vitest";
import { limits, measureClient, pages } from "../../bench/size.mjs";
import { packedPackages } from "./support/provided.js";

const packed = { from: (await packedPackages()).folder, conditions: [] };

test("the client of the tarball loads no more than its limits, at once and until a peer is connected", async () => {
  const { gzip, connected, parts } = await measureClient(packed);
  expect(parts.map(({ path }) => path)).toEqual(expect.arrayContaining([expect.stringContaining("@sig/client/dist/")]));
  expect(gzip).toBeLessThanOrEqual(limits.core);
  expect(connected).toBeGreaterThan(gzip);
  expect(connected).toBeLessThanOrEqual(limits.connected);
});

test.each(["error", "preflight"] as const)("a page that uses %s alone loads it and no more", async (name) => {
  const { gzip } = await measureClient({ ...packed, page: pages[name] });
  expect(gzip).toBeLessThanOrEqual(limits[name]);
});
