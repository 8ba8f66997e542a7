import { explore, type Exploration } from "./explore.js";
import type { Scenario } from "./world.js";

/** The first seed of the random runs. SIG_SEED moves it, SIG_RUNS multiplies the runs: to look further than CI does. */
export const firstSeed = Number(process.env.SIG_SEED ?? 1);
const factor = Number(process.env.SIG_RUNS ?? 1);

/** For a machine that is busy with something else. */
export const patience = 600_000 * factor;

/** Everything that may go wrong between people who can still reach each other. */
export const faults: Scenario = { restarts: true, lossy: true, cutSockets: true, cutPaths: true, serverRestarts: true };

/** Runs seeds one after the other; the first run that ends badly fails, with its seed and all that happened in it. */
export async function exploreAll(name: string, from: number, count: number, scenario: Scenario): Promise<Totals> {
  const first = firstSeed + from;
  console.log(`${name}: seeds ${String(first)} to ${String(first + count * factor - 1)}.`);
  const totals: Totals = { runs: 0, steps: 0, connections: 0 };
  for (let seed = first; seed < first + count * factor; seed++) {
    const run = await explore(seed, scenario);
    if (run.violations.length > 0) throw new Error(await report(seed, scenario, run));
    totals.runs++;
    totals.steps += run.steps;
    totals.connections += run.connections;
  }
  return totals;
}

export interface Totals {
  runs: number;
  steps: number;
  connections: number;
}

async function report(seed: number, scenario: Scenario, { violations }: Exploration): Promise<string> {
  const { trace } = await explore(seed, scenario, { detailed: true });
  return [`seed ${String(seed)}, ${JSON.stringify(scenario)}:`, ...violations, "", ...trace.slice(-400)].join("\n");
}
