import { socketId, type MemoryHub, type TappedSocket } from "../../packages/client/test/exploration/tapped-socket.js";
import { oneOf } from "../../packages/client/test/exploration/seeded-randomness.js";
import { nodeCount } from "./plan.js";
import { SimulatedRedis } from "./redis/simulated-redis.js";
import { ServerNode } from "./server-node.js";
import { startedAtMs } from "./simulated-process.js";
import type { Environment } from "./environment.js";

/** A node that answers no ping is lost for its clients after this time, and a little more. */
const pingTimeoutMs = 5000;

/** Three nodes of the real server, the Redis that they share, and the load balancer before them. */
export class Cluster {
  readonly redis: SimulatedRedis;
  /** All that have run, in the order of their starts. */
  readonly started: ServerNode[] = [];
  readonly #environment: Environment;
  readonly #nodes: ServerNode[];

  constructor(environment: Environment) {
    this.#environment = environment;
    this.redis = new SimulatedRedis(() => startedAtMs + environment.clock.now());
    this.#nodes = Array.from({ length: nodeCount }, (_, at) => this.#start(at));
  }

  /** Those that run or are frozen. */
  get alive(): readonly ServerNode[] {
    return this.#nodes.filter(({ process }) => !process.hasEnded);
  }

  get isUp(): boolean {
    return this.#nodes.some(({ isOpen }) => isOpen);
  }

  /** Offers that were sent with joins, by transmission: the server chooses to whom, which shows when they arrive. */
  readonly offersWithJoins = new Map<string, { to: string }>();

  node(at: number): ServerNode {
    const node = this.#nodes[at];
    if (node === undefined) throw new Error(`There is no node ${String(at)}.`);
    return node;
  }

  /** The load balancer gives a connection to a node that answers. */
  accept(
    client: TappedSocket,
    send: Parameters<MemoryHub["accept"]>[1],
    auth: unknown,
  ): ReturnType<MemoryHub["accept"]> {
    const open = this.#nodes.filter(({ isOpen }) => isOpen);
    const node = oneOf(this.#environment.random, open);
    return node.accept(socketId(this.#environment.nextNumber()), client, send, auth);
  }

  freeze(at: number, ms: number): void {
    const node = this.node(at);
    const { clock, random } = this.#environment;
    if (!node.process.isRunning) return;
    node.process.freeze();
    for (const [id, client] of node.clients)
      clock.after(pingTimeoutMs + 1000 * random.next(), () => {
        if (!node.process.isRunning && client.id === id) client.lose("ping timeout");
      });
    clock.after(ms, () => node.process.thaw());
  }

  /** Ends a process at once. Another one starts in its place after `ms`. */
  kill(at: number, ms: number, noticeMs: number): void {
    const node = this.node(at);
    if (!node.process.hasEnded) this.#end(node, { killed: true, noticeMs, ms });
  }

  /**
   * Ends a process once it has drained, or as soon as it may take no longer. The load balancer avoids it after
   * `noticeMs`; another one starts `ms` after its end.
   */
  drain(at: number, { withinMs, noticeMs, ms }: { withinMs: number; noticeMs: number; ms: number }): void {
    const node = this.node(at);
    if (!node.process.isRunning || node.signaling.draining) return;
    this.#environment.clock.after(noticeMs, () => {
      node.isAvoided = true;
    });
    const end = (): void => {
      if (!node.process.hasEnded) this.#end(node, { killed: false, noticeMs: 0, ms });
    };
    void node.drain(withinMs).then(end);
  }

  #end(node: ServerNode, { killed, noticeMs, ms }: { killed: boolean; noticeMs: number; ms: number }): void {
    const { clock } = this.#environment;
    node.end({ killed });
    for (const [id, client] of node.clients)
      clock.after(noticeMs, () => {
        if (client.id === id) client.lose("transport close");
      });
    clock.after(ms, () => {
      this.#nodes[node.at] = this.#start(node.at);
    });
  }

  restartRedis(ms: number): void {
    if (!this.redis.isUp) return;
    this.redis.stop();
    for (const { client } of this.#nodes) client.lose();
    this.#environment.clock.after(ms, () => this.redis.start());
  }

  #start(at: number): ServerNode {
    const earlier = this.started.filter((node) => node.at === at).length;
    const node = new ServerNode(at, `node-${String(at + 1)}${"'".repeat(earlier)}`, this.#environment, this.redis);
    this.started.push(node);
    return node;
  }
}
