import { replay, simulate } from "./simulate.js";
import type { Recording } from "./recording.js";

/** What `search` writes. */
export interface Found {
  readonly seed: number;
  readonly violations: readonly string[];
}

const [command = "", ...args] = process.argv.slice(2);

async function main(): Promise<void> {
  switch (command) {
    // The log of the run of a seed.
    case "log": {
      const { log } = await simulate(Number(args[0]), { isLogged: true });
      process.stdout.write(log.join("\n"));
      return;
    }
    // The log of a recorded run, and what contradicts an invariant.
    case "replay": {
      const { log, violations } = await replay(JSON.parse(args[0] ?? "") as Recording, { isLogged: true });
      process.stdout.write([...log, ...violations].join("\n"));
      return;
    }
    // The first bad run of some seeds.
    case "search": {
      const [from, count] = [Number(args[0]), Number(args[1])];
      for (let seed = from; seed < from + count; seed++) {
        // A question to a node that fails once everything is repaired ends the run.
        const failed = (cause: unknown): { readonly violations: readonly string[] } => ({
          violations: [`I5: ${String(cause)}`],
        });
        const { violations } = await simulate(seed).catch(failed);
        if (violations.length === 0) continue;
        process.stdout.write(JSON.stringify({ seed, violations } satisfies Found));
        return;
      }
      return;
    }
    default:
      throw new Error(`Unknown command "${command}". Known: log SEED, replay RECORDING, search FROM COUNT.`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
});
