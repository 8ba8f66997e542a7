import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BundledSimulation, changeLine } from "./bundle.js";
import { plantedFaults, searchedSeeds } from "./planted-faults.js";
import type { Found } from "./program.js";

/** Those that `npm test` plants: found at once, of each part of the product. The long tests plant all. */
const quick = [
  "an exit on another node is not announced",
  "every member of a room is adopted with those of the dead node",
  "a client that was cut off does not join again",
  "legacy clients are not notified of exits",
];
const planted =
  process.env.SIG_LONG === undefined ? plantedFaults.filter(({ name }) => quick.includes(name)) : plantedFaults;

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

it("at least twenty faults can be planted, each in a line that is there once, and documented", () => {
  const document = read("../../docs/simulation.md");
  expect(plantedFaults.length).toBeGreaterThanOrEqual(20);
  for (const { name, ...changed } of plantedFaults) {
    const source = read(`../../packages/${changed.file}`);
    expect(changeLine(source, changed), name).not.toBe(source);
    expect(document).toContain(`| ${name} |`);
  }
});

describe("the simulation notices that", () => {
  it.each(planted)(
    "$name",
    async (fault) => {
      const bundle = await BundledSimulation.build(fault);
      try {
        const written = await bundle.run(["search", "1", String(searchedSeeds)], 600_000);
        expect(written, `none of ${String(searchedSeeds)} runs is bad`).not.toBe("");
        const { seed, violations } = JSON.parse(written) as Found;
        console.log(`${fault.name}: seed ${String(seed)}, ${violations.join("; ")}`.slice(0, 240));
      } finally {
        await bundle.remove();
      }
    },
    600_000,
  );
});
