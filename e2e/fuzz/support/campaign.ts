import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const folder = new URL("../found/", import.meta.url);

/** Milliseconds for new inputs. Four campaigns take half a minute together, or ten minutes when SIG_LONG is set. */
const budgetMs = process.env.SIG_LONG === undefined ? 7_500 : 150_000;
const seed = Number(process.env.SIG_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** How to try one boundary. */
export interface Campaign<Step> {
  /** The name of its folder of found inputs. */
  readonly name: string;
  readonly steps: fc.Arbitrary<Step[]>;
  /** Runs one input, and returns what is wrong. */
  readonly run: (steps: readonly Step[]) => Promise<string[]>;
}

/**
 * Tries the inputs that were found before, and then new ones for a fixed time. An input that fails is made as small as
 * possible and stored: it belongs into the commit that mends the fault.
 */
export function describeCampaign<Step>(title: string, { name, steps, run }: Campaign<Step>): void {
  describe(title, () => {
    it.each(found(name))("withstands the found input %s", async (file) => {
      const input = JSON.parse(readFileSync(new URL(`${name}/${file}`, folder), "utf8")) as Step[];
      expect(await run(input)).toEqual([]);
    });

    it("withstands new inputs", { timeout: budgetMs + 120_000 }, async () => {
      let runs = 0;
      let used = 0;
      const property = fc.asyncProperty(steps, async (input) => {
        runs += 1;
        used += input.length;
        const violations = await run(input);
        if (violations.length > 0) throw new Error(violations.join("\n"));
      });
      const result = await fc.check(property, {
        seed,
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: budgetMs,
        markInterruptAsFailure: false,
      });
      console.log(`${name}: ${String(runs)} inputs of ${String(used)} steps; SIG_SEED=${String(seed)}`);
      if (result.failed) {
        const stored = store(name, (result.counterexample ?? [[]])[0]);
        expect.fail(`${String(result.errorInstance)}\nThe input is stored as e2e/fuzz/found/${name}/${stored}.`);
      }
      expect(runs).toBeGreaterThan(0);
    });
  });
}

function found(name: string): string[] {
  try {
    return readdirSync(new URL(name, folder)).filter((file) => file.endsWith(".json"));
  } catch {
    return [];
  }
}

function store(name: string, input: unknown): string {
  const text = `${JSON.stringify(input, null, 2)}\n`;
  const file = `${createHash("sha256").update(text).digest("hex").slice(0, 12)}.json`;
  mkdirSync(new URL(`${name}/`, folder), { recursive: true });
  writeFileSync(new URL(`${name}/${file}`, folder), text);
  return file;
}
