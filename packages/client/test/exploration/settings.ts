import { firstSeed } from "../random-runs.js";
import { explore, replay, type Exploration } from "./explore.js";
import type { Scenario } from "./scenario.js";

export interface Totals {
  runs: number;
  timers: number;
  connections: number;
}

const servers = ["memory", "real"] as const;

/**
 * Runs seeds one after the other, in turns on the fake server and on the real one. The first bad run fails the test,
 * with its recording and its trace.
 */
export async function exploreAll(name: string, from: number, count: number, scenario: Scenario): Promise<Totals> {
  const first = firstSeed + from;
  console.log(`${name}: seeds ${String(first)} to ${String(first + count - 1)}.`);
  const totals: Totals = { runs: 0, timers: 0, connections: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const run = await explore(seed, scenario, { server: servers[seed % 2] ?? "memory" });
    if (run.violations.length > 0) throw new Error(await describeFailure(run));
    totals.runs++;
    totals.timers += run.timers;
    totals.connections += run.connections;
  }
  return totals;
}

/** The violations, the trace of the same run in detail, and its recording. */
export async function describeFailure({ violations, recording }: Exploration): Promise<string> {
  const { trace } = await replay(recording, { detailed: true });
  return [
    `Seed ${String(recording.seed)}, server "${recording.server}":`,
    ...violations,
    "",
    ...trace.slice(-400),
    "",
    'To pin this run, save the next line with a "because" as a file in exploration/pinned:',
    JSON.stringify(recording),
  ].join("\n");
}
