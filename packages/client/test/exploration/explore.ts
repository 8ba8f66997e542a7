import type { PeerManagerOptions } from "../../src/index.js";
import { createRandom } from "../../src/testing/random.js";
import { observe } from "./observe.js";
import { chooseDelays, chooseJoinsAtEnd, plan } from "./plan.js";
import type { Recording } from "./recording.js";
import type { Scenario } from "./scenario.js";
import { withSeededRandomness } from "./seeded-randomness.js";
import { perform, repairAll } from "./steps.js";
import { violationsOf } from "./violations.js";
import { World, type WorldSettings } from "./world.js";

export interface Exploration {
  readonly violations: readonly string[];
  /** What happened, line by line. */
  readonly trace: readonly string[];
  /** How many timers ran: a measure of the work. */
  readonly timers: number;
  readonly connections: number;
  /** Milliseconds from the repair until no work was left. */
  readonly settledAfter: number;
  /** Replays the run. */
  readonly recording: Recording;
}

export interface ExploreOptions {
  readonly server?: Recording["server"];
  /** The trace has every message and event too. */
  readonly detailed?: boolean;
  readonly options?: PeerManagerOptions;
}

/** More timers than the busiest run that ends by itself. */
const maxTimers = 20_000;

/** When everything is repaired. */
const repairedAtMs = 60_000;

/** One random run: steps at random times, then repair, then quiet, then the check. */
export function explore(seed: number, scenario: Scenario, settings: ExploreOptions = {}): Promise<Exploration> {
  const random = createRandom(seed * 31 + 7);
  const { server = "memory" } = settings;
  return run({ seed, server, scenario, delays: chooseDelays(random) }, settings, {
    schedule: (world) => plan(world, random),
    joinsAtEnd: (world) => chooseJoinsAtEnd(world, random),
  });
}

/** The run that was recorded, step by step. */
export function replay(recording: Recording, settings: ExploreOptions = {}): Promise<Exploration> {
  return run({ ...recording, ...(settings.server !== undefined && { server: settings.server }) }, settings, {
    schedule: (world) => {
      for (const step of recording.steps) world.clock.after(step.at, () => perform(world, step));
    },
    joinsAtEnd: () => recording.joinsAtEnd,
  });
}

interface Script {
  schedule(world: World): void;
  joinsAtEnd(world: World): readonly string[];
}

function run(
  { seed, server, scenario, delays }: WorldSettings,
  { detailed = false, options = {} }: ExploreOptions,
  script: Script,
): Promise<Exploration> {
  return withSeededRandomness(seed, async () => {
    const world = new World({ seed, server, scenario, delays }, options);
    if (detailed) observe(world);
    script.schedule(world);
    await world.clock.advance(repairedAtMs);
    const steps = [...world.steps];
    repairAll(world);
    const joinsAtEnd = script.joinsAtEnd(world);
    for (const person of joinsAtEnd) perform(world, { at: repairedAtMs, person, action: "join" });
    const isQuiet = await comesToRest(world);
    const violations = [...(isQuiet ? [] : ["it does not come to rest"]), ...(await violationsOf(world))];
    return {
      violations,
      trace: world.trace,
      timers: world.clock.ran,
      connections: world.network.connections.made,
      settledAfter: world.clock.now() - repairedAtMs,
      recording: { seed, server, scenario, delays, steps, joinsAtEnd },
    };
  });
}

async function comesToRest({ clock, scenario }: World): Promise<boolean> {
  // Watches for silent paths never end; in two minutes everything else does.
  if (scenario.packets === true) {
    await clock.advance(120_000);
    return true;
  }
  while (clock.ran < maxTimers && clock.now() < 3_600_000) if (await clock.runOut({ withinMs: 30_000 })) return true;
  return false;
}
