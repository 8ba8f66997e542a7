import { expect, it } from "vitest";
import { sharedFeatures } from "./feature-lists.js";

it("members that name the same features have one list of them, in the order in which they were named", () => {
  const first = sharedFeatures(["notices", "drain"]);
  expect(sharedFeatures(["notices", "drain"])).toBe(first);
  expect(first).toEqual(["notices", "drain"]);
  expect(sharedFeatures(["drain", "notices"])).toEqual(["drain", "notices"]);
  expect(sharedFeatures(["notices,drain"])).toEqual(["notices,drain"]);
});
