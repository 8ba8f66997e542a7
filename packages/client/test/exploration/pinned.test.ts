import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { replay } from "./explore.js";
import type { Recording } from "./recording.js";

/** A run that failed once, and the reason. */
interface Pinned extends Recording {
  readonly because: string;
}

const folder = new URL("pinned/", import.meta.url);
const pinned = readdirSync(folder).map((name) => ({
  name,
  ...(JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Pinned),
}));

it("every pinned run has its reason", () => {
  expect(pinned.length).toBeGreaterThan(10);
  expect(pinned.filter(({ because }) => !/^[A-Z].*\.$/.test(because))).toEqual([]);
});

describe.each(["memory", "real"] as const)("with the %s server", (server) => {
  it.each(pinned)("people agree in the pinned run $name", async ({ name: _, because: __, ...recording }) => {
    const { violations, recording: done } = await replay(recording, { server });
    expect(violations).toEqual([]);
    expect(done.steps).toEqual(recording.steps);
  });
});
