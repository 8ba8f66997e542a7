import { type Clock } from "../clock.js";
import { type RedisClient } from "./client.js";
import { fromToken, toToken, type Keys } from "./keys.js";
import { nodeScripts } from "./node-scripts.js";
import { runScript } from "./script.js";

const heartbeatMs = 2_000;
/** Two heartbeats may be lost before others adopt the members of a node. */
const deadMs = 6_000;
/** A reply that takes longer is not waited for: the next heartbeat is due. */
const replyMs = 5_000;

interface NodeRegistryPorts {
  /**
   * Redis answers.
   * @param known false if the store has forgotten this node: it was claimed as dead, or all data is lost
   */
  onHeartbeat(known: boolean): void;
  /** Before each heartbeat. */
  onDue(): void;
  /** This node has claimed a dead one. Resolves when all its rooms are done. */
  adopt(node: string): Promise<void>;
  onFault(cause: unknown): void;
}

/** Keeps this node among those that are alive, and claims those that are not. */
export class NodeRegistry {
  #cancelNext: (() => void) | undefined;
  #closed = false;
  /** An outage is reported once. */
  #failing = false;
  /** When Redis last answered a heartbeat. */
  #answeredAt: number | undefined;
  readonly #adopting = new Set<string>();
  readonly #client: RedisClient;
  readonly #keys: Keys;
  readonly #node: string;
  readonly #clock: Clock;
  readonly #ports: NodeRegistryPorts;

  constructor(client: RedisClient, keys: Keys, node: string, clock: Clock, ports: NodeRegistryPorts) {
    this.#client = client;
    this.#keys = keys;
    this.#node = node;
    this.#clock = clock;
    this.#ports = ports;
  }

  /** Whether Redis has answered a heartbeat lately: without one the others take this node for dead. */
  get answered(): boolean {
    return !this.#failing && this.#answeredAt !== undefined && this.#clock.now() - this.#answeredAt < deadMs;
  }

  /** Sends a heartbeat now, and then every two seconds. */
  beat(): void {
    if (this.#closed) return;
    this.#cancelNext?.();
    let isDone = false;
    const next = (): void => {
      if (isDone || this.#closed) return;
      isDone = true;
      this.#cancelNext?.();
      this.#cancelNext = this.#clock.after(heartbeatMs, () => this.beat());
    };
    this.#cancelNext = this.#clock.after(replyMs, next);
    this.#ports.onDue();
    void this.#send().finally(next);
  }

  /** The nodes that may have members. */
  async nodes(): Promise<readonly string[]> {
    const lists = await Promise.all(
      [this.#keys.nodes, this.#keys.dead].map((key) => this.#client.sendCommand(["ZRANGE", key, "0", "-1"])),
    );
    const tokens = new Set([toToken(this.#node), ...(lists as string[][]).flat()]);
    return [...tokens].map(fromToken).filter((node) => node !== undefined);
  }

  stop(): void {
    this.#closed = true;
    this.#cancelNext?.();
  }

  /** Takes this node, which has no members, out of the store. */
  async deregister(): Promise<void> {
    const { nodes, dead } = this.#keys;
    for (const key of [nodes, dead]) await this.#client.sendCommand(["ZREM", key, toToken(this.#node)]);
    await this.#client.sendCommand(["DEL", this.#keys.roomsOf(this.#node)]);
  }

  async #send(): Promise<void> {
    try {
      const args = [toToken(this.#node), this.#keys.channelOf(this.#node), String(deadMs)];
      const reply = await runScript(this.#client, nodeScripts.heartbeat, [this.#keys.nodes, this.#keys.dead], args);
      const [known, claimed] = reply as [number, string[]];
      this.#failing = false;
      this.#answeredAt = this.#clock.now();
      if (this.#closed) return;
      this.#ports.onHeartbeat(known === 1);
      for (const token of claimed) void this.#adopt(token);
    } catch (cause) {
      if (!this.#failing) this.#ports.onFault(cause);
      this.#failing = true;
    }
  }

  /** If it fails the claim ends with time, and any node claims the dead one again. */
  async #adopt(token: string): Promise<void> {
    if (this.#adopting.has(token)) return;
    this.#adopting.add(token);
    try {
      const node = fromToken(token);
      if (node !== undefined) await this.#ports.adopt(node);
      const keys = [this.#keys.nodes, this.#keys.dead, this.#keys.roomsOf(node ?? token)];
      await runScript(this.#client, nodeScripts.forget, keys, [token]);
    } catch (cause) {
      this.#ports.onFault(cause);
    } finally {
      this.#adopting.delete(token);
    }
  }
}
