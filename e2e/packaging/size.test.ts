import { expect, inject, test } from "vitest";
import { clientLimit, measureClient } from "../../bench/size.mjs";

test("the client core of the tarball fits into 26,500 bytes of gzip in a page", async () => {
  const { gzip, parts } = await measureClient({ from: inject("packed").folder, conditions: [] });
  expect(parts.map(({ path }) => path)).toEqual(
    expect.arrayContaining([expect.stringContaining("@sig/client/dist/index.js")]),
  );
  expect(gzip).toBeLessThanOrEqual(clientLimit);
});
