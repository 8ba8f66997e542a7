import { expect, it } from "vitest";
import { exploreAll, faults, patience } from "./settings.js";
import type { Scenario } from "./world.js";

/** Nobody but the repair of paths restarts ICE: an app that does it itself has to know its peers. */
const others: Scenario = { ...faults, restarts: false };
const answersOnly = { trickle: false, rollback: false, renegotiate: false, restart: false };

const companies: readonly [string, NonNullable<Scenario["abilities"]>][] = [
  ["one that only answers, and two browsers", [answersOnly]],
  ["one that takes no candidates after a description", [{ trickle: false }]],
  ["one that cannot take an offer back", [{ rollback: false }]],
  ["nobody who can take an offer back", [{ rollback: false }, { rollback: false }, { rollback: false }]],
  [
    "one that cannot restart ICE, and one that takes one offer for each connection",
    [{ restart: false }, { renegotiate: false }],
  ],
  [
    "nobody who takes more than one offer for each connection",
    [{ renegotiate: false }, { renegotiate: false }, answersOnly],
  ],
];

it.each(companies)(
  "%s: all agree in each of 60 calm runs and 60 with faults",
  { timeout: patience },
  async (name, abilities) => {
    const calm = await exploreAll(name, 500_000, 60, { abilities });
    expect(calm.connections).toBeGreaterThan(2 * calm.runs);
    await exploreAll(name, 510_000, 60, { ...others, abilities });
  },
);
