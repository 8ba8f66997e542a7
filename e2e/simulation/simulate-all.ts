import { shrink } from "./shrink.js";
import { replay, simulate, type Simulation } from "./simulate.js";

export interface Totals {
  runs: number;
  events: number;
  slowestMs: number;
}

/** SIG_SEED moves the first seed. */
export const firstSeed = Number(process.env.SIG_SEED ?? 1);

/**
 * Runs seeds one after the other while `goesOn`. The first bad run fails the test, with the recording of what is needed
 * for it, and its log.
 */
export async function simulateAll(from: number, goesOn: (totals: Totals) => boolean): Promise<Totals> {
  const totals: Totals = { runs: 0, events: 0, slowestMs: 0 };
  const first = firstSeed + from;
  for (let seed = first; goesOn(totals); seed++) {
    const run = await simulate(seed);
    if (run.violations.length > 0) throw new Error(await describeFailure(seed, run));
    totals.runs++;
    totals.events += run.events;
    totals.slowestMs = Math.max(totals.slowestMs, run.settledAfterMs);
  }
  const { runs, events, slowestMs } = totals;
  console.log(
    `Seeds ${String(first)} to ${String(first + runs - 1)}: ${String(events)} events, and at most ` +
      `${slowestMs.toFixed(0)} ms from the repair of everything to rest.`,
  );
  return totals;
}

async function describeFailure(seed: number, { recording, violations }: Simulation): Promise<string> {
  const short = await shrink(recording, violations[0] ?? "");
  const { log, violations: left } = await replay(short, { isLogged: true });
  return [
    `Seed ${String(seed)}:`,
    ...violations,
    "",
    "What is left of it:",
    ...left,
    "",
    ...log.slice(-400),
    "",
    'To pin this run, save the next line with a "because" as a file in e2e/simulation/pinned:',
    JSON.stringify(short),
  ].join("\n");
}
