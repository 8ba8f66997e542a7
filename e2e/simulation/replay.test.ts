import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BundledSimulation } from "./bundle.js";
import type { Recording } from "./recording.js";
import { replay, simulate } from "./simulate.js";

const seeds = [1, 2, 3, 4];

it("a run is the same each time, line by line", async () => {
  for (const seed of seeds) {
    const { log } = await simulate(seed, { isLogged: true });
    expect(log.length).toBeGreaterThan(300);
    expect((await simulate(seed, { isLogged: true })).log.join("\n")).toBe(log.join("\n"));
  }
});

it("a run is the same in another process, whose modules are loaded in another order", async () => {
  const bundle = await BundledSimulation.build();
  try {
    for (const seed of seeds.slice(0, 2)) {
      const { log } = await simulate(seed, { isLogged: true });
      expect(await bundle.run(["log", String(seed)], 60_000)).toBe(log.join("\n"));
    }
  } finally {
    await bundle.remove();
  }
});

it("what is not logged happens as well", async () => {
  for (const seed of seeds) {
    const { log, ...logged } = await simulate(seed, { isLogged: true });
    const { log: _, ...silent } = await simulate(seed);
    expect(silent).toEqual(logged);
    expect(log.length).toBe(silent.events);
  }
});

it("a recording replays the run", async () => {
  for (const seed of seeds) {
    const { log, recording } = await simulate(seed, { isLogged: true });
    const again = await replay(JSON.parse(JSON.stringify(recording)) as Recording, { isLogged: true });
    expect(again.log.join("\n")).toBe(log.join("\n"));
  }
});

/** A run that failed once, and the reason. */
interface Pinned extends Recording {
  readonly because: string;
}

const folder = new URL("pinned/", import.meta.url);
const pinned = readdirSync(folder).map((name) => ({
  name,
  ...(JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Pinned),
}));

describe("a pinned run", () => {
  it("has its reason", () => {
    expect(pinned.length).toBeGreaterThan(1);
    expect(pinned.filter(({ because }) => !/^[A-Z].*\.$/.test(because))).toEqual([]);
  });

  it.each(pinned)("keeps the invariants: $name", async ({ name: _, because: __, ...recording }) => {
    expect((await replay(recording)).violations).toEqual([]);
  });
});
