import { withSeededRandomness } from "../../packages/client/test/exploration/seeded-randomness.js";
import { resourcesOf, violationsOf, type Resources } from "./outcome.js";
import { PageWindow } from "./page-window.js";
import { plan, repairedAtMs } from "./plan.js";
import type { Recording } from "./recording.js";
import { perform } from "./steps.js";
import { World } from "./world.js";

export interface Simulation {
  /** What contradicts an invariant; none after a good run. */
  readonly violations: readonly string[];
  /** What happened, line by line, if it was asked for. */
  readonly log: readonly string[];
  /** Messages, commands, notices and steps. */
  readonly events: number;
  /** Milliseconds from the repair until nothing contradicted an invariant. */
  readonly settledAfterMs: number;
  readonly recording: Recording;
}

/** Before the first step, the nodes find each other and the sockets connect. */
const startMs = 1000;
/** Between two looks at a cluster that comes to rest. */
const lookMs = 2500;
/** The longest that recovery may take: two rebuilt connections, one after the other. */
const settleMs = 120_000;
const leaveMs = 30_000;

export function simulate(seed: number, options: { readonly isLogged?: boolean } = {}): Promise<Simulation> {
  return replay(plan(seed), options);
}

/** The run that was recorded, step by step. */
export function replay(
  recording: Recording,
  { isLogged = false }: { readonly isLogged?: boolean } = {},
): Promise<Simulation> {
  return withSeededRandomness(recording.setup.seed, () => {
    const world = new World(recording.setup, isLogged);
    const run = async (): Promise<Simulation> => {
      const { clock, log } = world;
      await clock.advance(startMs);
      const before = await resourcesOf(world);
      for (const step of recording.steps)
        clock.after(step.at, () => {
          log.note("step", () => JSON.stringify(step));
          perform(world, step);
        });
      await clock.advance(repairedAtMs);
      const repaired = clock.now();
      let violations = await violationsOf(world);
      while (violations.length > 0 && clock.now() - repaired < settleMs) {
        await clock.advance(lookMs);
        violations = await violationsOf(world);
      }
      const settledAfterMs = clock.now() - repaired;
      if (violations.length === 0) violations = await leftovers(world, before);
      return { violations, log: log.lines, events: log.events, settledAfterMs, recording };
    };
    return PageWindow.during(() => withTurnsOnClock(world, run));
  });
}

/** I6: everybody leaves, and nothing may be left behind. */
async function leftovers(world: World, before: Resources): Promise<string[]> {
  const { clock, people } = world;
  for (const { page } of people.values()) {
    while (page.publications.length > 0) page.stop();
    if (!page.isOut) page.leave();
  }
  const end = clock.now() + leaveMs;
  for (;;) {
    await clock.advance(lookMs);
    const after = await resourcesOf(world);
    const left = Object.entries(after).filter(([what, count]) => count > (before[what] ?? 0));
    if (left.length === 0) return [];
    if (clock.now() >= end)
      return left.map(([what, count]) => `I6: ${what}: ${String(before[what] ?? 0)} before, ${String(count)} after`);
  }
}

/** What waits for the next turn of the event loop waits for the fake clock. */
async function withTurnsOnClock<Value>({ clock }: World, run: () => Promise<Value>): Promise<Value> {
  const { setImmediate } = globalThis;
  globalThis.setImmediate = ((callback: (...args: unknown[]) => void, ...args: unknown[]) =>
    clock.after(0, () => callback(...args))) as unknown as typeof setImmediate;
  try {
    return await run();
  } finally {
    globalThis.setImmediate = setImmediate;
  }
}
