import { join } from "node:path";
import { expect, test } from "vitest";
import { limits, measureBrowserFile, measureClient, pages } from "../../bench/size.mjs";
import { packedPackages } from "./support/provided.js";

const { folder } = await packedPackages();
const packed = { from: folder, conditions: [] };

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

test("D03: the one file for pages without a bundler stays within its limit", () => {
  const size = measureBrowserFile(join(folder, "node_modules/@sig/client/dist/browser.js"));
  expect(size).toBeGreaterThan(limits.core);
  expect(size).toBeLessThanOrEqual(limits.browser);
});
