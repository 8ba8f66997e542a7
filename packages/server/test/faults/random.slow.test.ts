import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";
import { describe, expect, it } from "vitest";
import { randomFrom } from "../fuzz.js";
import { type Cluster } from "../history/cluster.js";
import { type RecordedPeer } from "../history/recorded-peer.js";
import { hasRedis } from "../redis/redis-server.js";
import { withClusters } from "./clusters.js";

const isLong = process.env.SIG_LONG !== undefined;
const steps = isLong ? 10_000 : 700;
const runs = isLong ? 4 : 2;
/** Messages that a peer sends in one step, at most. */
const maxMessages = isLong ? 150 : 60;
/** So many are sent in all runs together. */
const leastMessages = isLong ? 800_000 : 10_000;
const firstSeed = Number(process.env.SIG_SEED ?? 1);
const seeds = Array.from({ length: runs }, (_, at) => firstSeed + at);

/** Eight peers on two nodes, and everything that goes wrong between them. */
class Walk {
  readonly steps: string[] = [];
  readonly #cluster: Cluster;
  readonly #random: () => number;
  /** What ends the fault of the moment. */
  #heal: (() => Promise<void> | void) | undefined;

  constructor(cluster: Cluster, seed: number) {
    this.#cluster = cluster;
    this.#random = randomFrom(seed);
  }

  /** Goes on until enough was sent: on a quick machine fewer peers have come back when it is their turn. */
  async run(): Promise<void> {
    const isDone = (step: number): boolean => step >= steps && messagesOf(this.#cluster) > leastMessages / runs;
    for (let step = 0; step % 100 !== 0 || !isDone(step); step += 1) {
      await this.#step();
      await sleep(this.#random() * 10);
    }
    await this.#endFault();
    for (const peer of this.#cluster.peers) if (peer.hasLeft) peer.comeBack();
  }

  async #step(): Promise<void> {
    const { peers } = this.#cluster;
    const [one, other] = [this.#oneOf(peers), this.#oneOf(peers)];
    const dice = this.#random();
    if (dice < 0.85) {
      const messages = 1 + Math.floor(this.#random() * maxMessages);
      if (one !== other && !one.hasLeft && !other.hasLeft) this.#note("sends", one, () => one.send(other.id, messages));
    } else if (dice < 0.88) this.#note("loses its connection", one, () => one.socket.io.engine.close());
    else if (dice < 0.92) {
      if (one.hasLeft) this.#note("comes back", one, () => one.comeBack());
      else this.#note("leaves", one, () => void one.leave());
    } else if (dice < 0.97) await this.#endFault();
    else if (this.#heal === undefined) await this.#fault();
  }

  async #fault(): Promise<void> {
    const node = this.#oneOf(this.#cluster.nodes);
    const rest = this.#cluster.nodes.filter((each) => each !== node).map(({ port }) => port);
    const restart = async (): Promise<void> => {
      await node.start();
      this.#cluster.balancer.targets = this.#cluster.nodes.map(({ port }) => port);
    };
    const dice = this.#random();
    if (dice < 0.2) {
      this.steps.push(`${node.name} is killed`);
      this.#cluster.balancer.targets = rest;
      await node.kill();
      this.#heal = restart;
    } else if (dice < 0.4) {
      this.steps.push(`${node.name} is drained`);
      this.#cluster.balancer.targets = rest;
      await node.drain(1000);
      this.#heal = restart;
    } else if (dice < 0.55) {
      this.steps.push(`${node.name} is frozen`);
      node.signal("SIGSTOP");
      this.#heal = () => node.signal("SIGCONT");
    } else if (dice < 0.7) {
      this.steps.push(`${node.name} has no path to Redis`);
      node.redis.freeze();
      this.#heal = () => node.redis.restore();
    } else if (dice < 0.85) {
      this.steps.push("subscriptions are lost");
      await this.#redis("CLIENT", "KILL", "TYPE", "pubsub");
    } else {
      this.steps.push("Redis loses its data");
      await this.#redis("FLUSHALL");
    }
  }

  async #endFault(): Promise<void> {
    if (this.#heal === undefined) return;
    this.steps.push("the fault ends");
    await this.#heal();
    this.#heal = undefined;
  }

  async #redis(...args: string[]): Promise<void> {
    const client = createClient({ socket: { host: "127.0.0.1", port: this.#cluster.redis.port } });
    await client.connect();
    await client.sendCommand(args).finally(() => client.destroy());
  }

  #note(what: string, { id }: RecordedPeer, run: () => void): void {
    this.steps.push(`${id} ${what}`);
    run();
  }

  #oneOf<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random() * values.length)]!;
  }
}

/** How many messages the peers have sent. */
function messagesOf({ peers }: Cluster): number {
  return peers.reduce((sum, peer) => sum + peer.seen("sent").length, 0);
}

describe.skipIf(!hasRedis)("eight peers on two nodes at random", () => {
  const startCluster = withClusters();

  it.each(seeds)(
    `F59: keep the invariants over ${steps} steps and ${leastMessages / runs} messages, seed %i`,
    { timeout: 900_000 },
    async (seed) => {
      const cluster = await startCluster(2, { rateLimit: false, graceMs: 60_000 });
      for (let at = 0; at < 8; at += 1) await cluster.join();
      const walk = new Walk(cluster, seed);
      const context = (): string => `seed ${seed}:\n${walk.steps.join("\n")}`;
      try {
        await walk.run();
        await Promise.all(cluster.peers.map((peer) => peer.until("the return", () => peer.isMember, 60_000)));
        await cluster.delivered(60_000);
        await cluster.settled(60_000);
      } catch (cause) {
        throw new Error(context(), { cause });
      }
      expect(messagesOf(cluster), context()).toBeGreaterThan(leastMessages / runs);
    },
  );
});
