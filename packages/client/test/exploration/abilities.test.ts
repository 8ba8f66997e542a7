import { expect, it } from "vitest";
import { runsOf, timeout } from "../random-runs.js";
import { faults, type Scenario } from "./scenario.js";
import { exploreAll } from "./settings.js";

/** Only recovery restarts ICE: an application that does it has to know the abilities of its peers. */
const withoutRestarts: Scenario = { ...faults, restarts: false };
const answersOnly = { trickle: false, rollback: false, renegotiate: false, restart: false };

const companies: readonly [string, NonNullable<Scenario["abilities"]>][] = [
  ["one that only answers, and two browsers", [answersOnly]],
  ["one without trickle ICE", [{ trickle: false }]],
  ["one without rollback", [{ rollback: false }]],
  ["three without rollback", [{ rollback: false }, { rollback: false }, { rollback: false }]],
  ["one without ICE restart, and one without renegotiation", [{ restart: false }, { renegotiate: false }]],
  ["three without renegotiation", [{ renegotiate: false }, { renegotiate: false }, answersOnly]],
];

const count = runsOf(20);

it.each(companies)(
  `three people agree in each of ${String(count)} calm runs and ${String(count)} with faults: %s`,
  { timeout },
  async (name, abilities) => {
    const calmRuns = await exploreAll(name, 500_000, count, { abilities });
    expect(calmRuns.connections).toBeGreaterThan(2 * calmRuns.runs);
    await exploreAll(name, 510_000, count, { ...withoutRestarts, abilities });
  },
);
