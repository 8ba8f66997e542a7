import { writeFile } from "node:fs/promises";
import type { Socket } from "socket.io-client";
import { onTestFinished } from "vitest";
import { until } from "../harness.js";
import { RedisServer } from "../redis/redis-server.js";
import { checkHistory } from "./check-history.js";
import { ClusterNode } from "./cluster-node.js";
import type { History, Present } from "./history.js";
import type { NodeSettings } from "./node-protocol.js";
import { RecordedPeer } from "./recorded-peer.js";
import { TcpLink } from "./tcp-link.js";

let rooms = 0;

/** Nodes that share a Redis of their own, a load balancer in front of them, and the peers of one room. */
export class Cluster {
  readonly room = `room-${(rooms += 1)}`;
  readonly redis: RedisServer;
  readonly nodes: ClusterNode[];
  readonly balancer: TcpLink;
  readonly peers: RecordedPeer[] = [];

  readonly #program: string;
  readonly #settings: NodeSettings;

  private constructor(
    redis: RedisServer,
    nodes: ClusterNode[],
    balancer: TcpLink,
    how: { readonly program: string; readonly settings: NodeSettings },
  ) {
    this.#program = how.program;
    this.#settings = how.settings;
    this.redis = redis;
    this.nodes = nodes;
    this.balancer = balancer;
  }

  /** Everything ends with the test. */
  static async start(program: string, count: number, options: Partial<NodeSettings> = {}): Promise<Cluster> {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.close());
    const settings: NodeSettings = {
      redisPort: redis.port,
      prefix: "sig",
      port: 0,
      graceMs: 30_000,
      epochOffsetMs: 0,
      rateLimit: true,
      ...options,
    };
    const names = Array.from({ length: count }, (_, at) => `node-${at + 1}`);
    const nodes = await Promise.all(names.map((name) => ClusterNode.start(name, program, settings)));
    const balancer = await TcpLink.open(...nodes.map(({ port }) => port));
    const cluster = new Cluster(redis, nodes, balancer, { program, settings });
    onTestFinished(async () => {
      for (const peer of cluster.peers) peer.close();
      await balancer.close();
      await Promise.all(cluster.nodes.map((node) => node.close()));
    });
    return cluster;
  }

  node(at: number): ClusterNode {
    return this.nodes[at]!;
  }

  /** One more node, with settings of its own, or with another program. */
  async addNode(settings: Partial<NodeSettings> = {}, program = this.#program): Promise<ClusterNode> {
    const name = `node-${this.nodes.length + 1}`;
    const node = await ClusterNode.start(name, program, { ...this.#settings, ...settings });
    this.nodes.push(node);
    this.balancer.targets.push(node.port);
    return node;
  }

  /** A peer that comes in through a node, or through the load balancer. */
  async join(through: { readonly url: string } = this.balancer, features?: readonly string[]): Promise<RecordedPeer> {
    const peer = this.connect(through, this.room, features);
    await peer.until("the join", () => peer.isMember);
    return peer;
  }

  /** A peer that joins when it can. */
  connect(
    through: { readonly url: string } | Socket = this.balancer,
    room = this.room,
    features?: readonly string[],
  ): RecordedPeer {
    const peer = new RecordedPeer("url" in through ? through.url : through, room, features && { features });
    this.peers.push(peer);
    return peer;
  }

  /** Every peer sends every other one some messages. */
  chatter(count = 3): void {
    for (const peer of this.peers)
      for (const other of this.peers)
        if (other !== peer && other.room === peer.room && !peer.hasLeft && !other.hasLeft) peer.send(other.id, count);
  }

  /** Resolves when everything that was sent is acknowledged. */
  async delivered(ms?: number): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.until("the acknowledgements", () => peer.isDone, ms)));
  }

  /** Resolves when everything has come to rest: there is nothing left to say against it. */
  async settled(ms = 20_000): Promise<void> {
    let violations: string[] = [];
    const isSettled = async (): Promise<boolean> => (violations = await this.#violations()).length === 0;
    await until("an end in which nothing contradicts an invariant", isSettled, ms).catch(async (cause: unknown) => {
      if (process.env.SIG_HISTORY !== undefined)
        for (const room of new Set(this.peers.map((peer) => peer.room)))
          await writeFile(`${process.env.SIG_HISTORY}-${room}.json`, JSON.stringify(await this.history(room), null, 1));
      throw new Error(`${String(cause)}:\n${violations.join("\n")}`);
    });
  }

  /** The history of one room. */
  async history(room = this.room): Promise<History> {
    const peers = this.peers.filter((peer) => peer.room === room);
    const rosters: Record<string, readonly Present[]> = {};
    for (const node of this.nodes) if (node.isRunning) rosters[node.name] = (await node.peers(room)) ?? [];
    return {
      clients: peers.map(({ history }) => history),
      nodes: this.nodes.map((node) => node.history(room)),
      end: { rosters, online: peers.filter(({ isMember }) => isMember).map(({ id }) => id) },
    };
  }

  /** Everything that contradicts an invariant in a room. */
  async #violations(): Promise<string[]> {
    const violations: string[] = [];
    for (const room of new Set(this.peers.map((peer) => peer.room)))
      for (const { invariant, what } of checkHistory(await this.history(room)))
        violations.push(`${room}: ${invariant}: ${what}`);
    return violations;
  }
}
