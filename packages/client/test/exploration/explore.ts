import type { PeerManagerOptions } from "../../src/index.js";
import { makeWhole, plan } from "./actions.js";
import { withSeededChance } from "./chances.js";
import { judge } from "./judge.js";
import { World, type Scenario } from "./world.js";

export interface Exploration {
  readonly violations: readonly string[];
  /** What happened, line by line. */
  readonly trace: readonly string[];
  /** Timers that ran: how much there was to do. */
  readonly steps: number;
  readonly connections: number;
  /** Milliseconds from everything being whole until nothing was left to do. */
  readonly settledAfter: number;
}

/** More than the busiest run takes that does not go round in circles. */
const maxSteps = 20_000;

/** One run: things happen at random moments, then everything is whole again, then quiet, then judgement. */
export function explore(
  seed: number,
  scenario: Scenario,
  { detailed = false, options = {} }: { detailed?: boolean; options?: PeerManagerOptions } = {},
): Promise<Exploration> {
  return withSeededChance(seed, async () => {
    const world = new World(seed, scenario, options);
    if (detailed) observe(world);
    plan(world);
    await world.clock.advance(60_000);
    makeWhole(world);
    // Who watches for silence is never done: in two minutes everything else is.
    if (scenario.packets === true) await world.clock.advance(120_000);
    let quiet = scenario.packets === true;
    while (!quiet && world.clock.ran < maxSteps && world.clock.now() < 3_600_000)
      quiet = await world.clock.runOut({ withinMs: 30_000 });
    const violations = quiet ? judge(world) : ["it does not come to rest", ...judge(world)];
    return {
      violations,
      trace: world.trace,
      steps: world.clock.ran,
      connections: world.network.connections.made,
      settledAfter: world.clock.now() - 60_000,
    };
  });
}

function observe(world: World): void {
  world.signaling.observe(({ direction, socket, event, payload }) => {
    const { from, to, offerId, link, candidate, reason, state } = payload as Record<string, unknown>;
    const details = [from, to].map((id) => String(id).slice(0, 6)).join(" -> ");
    const line = (candidate as { sdp?: string } | undefined)?.sdp;
    world.note(
      `  ${direction} ${socket.slice(0, 4)} ${event} ${details} ${JSON.stringify({ offerId, link, line: line?.slice(0, 12), reason, state })}`,
    );
  });
  for (const { name, manager } of world.people) {
    manager.on("state", (state) => world.note(`  ${name} is ${state} ${String(manager.id).slice(0, 6)}`));
    manager.on("peerState", (peer, state) => world.note(`  ${name}: ${peer.id.slice(0, 6)} is ${state}`));
    manager.on("peerJoined", (peer) => world.note(`  ${name}: ${peer.id.slice(0, 6)} joined`));
    manager.on("peerLeft", (peer, reason) => world.note(`  ${name}: ${peer.id.slice(0, 6)} left: ${reason}`));
    manager.on("error", (error) => world.note(`  ${name}: ${error.code} ${String(error.cause)}`));
  }
}
