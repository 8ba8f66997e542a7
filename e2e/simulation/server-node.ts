import { attachSignaling, type Signaling } from "@sig/server";
import { redisRoster } from "@sig/server/redis";
import { MemoryNamespace } from "../../packages/client/test/exploration/memory-namespace.js";
import type { MemoryHub, TappedSocket } from "../../packages/client/test/exploration/tapped-socket.js";
import type { NodeEvent, NodeHistory } from "../../packages/server/test/history/history.js";
import { SimulatedRedisClient } from "./redis/redis-client.js";
import type { SimulatedRedis } from "./redis/simulated-redis.js";
import { SimulatedProcess } from "./simulated-process.js";
import type { Environment } from "./environment.js";

/** One process of the server: the signaling of `@sig/server` with its roster in Redis. */
export class ServerNode {
  readonly name: string;
  readonly at: number;
  readonly process: SimulatedProcess;
  readonly client: SimulatedRedisClient;
  readonly signaling: Signaling;
  /** The client of each connection, by the id of its socket. */
  readonly clients = new Map<string, TappedSocket>();
  /** Its name in Redis. */
  readonly #rosterName: string;
  readonly #redis: SimulatedRedis;
  readonly #namespace = new MemoryNamespace();
  readonly #environment: Environment;
  readonly #events = new Map<string, NodeEvent[]>();
  readonly #errors: NodeEvent[] = [];

  constructor(at: number, name: string, environment: Environment, redis: SimulatedRedis) {
    this.at = at;
    this.name = name;
    this.#environment = environment;
    const { clock, random, log, setup } = environment;
    this.process = new SimulatedProcess(clock);
    const link = { clock, random, redis, process: this.process, isCut: false, stalled: undefined };
    this.client = new SimulatedRedisClient(link, (args, reply) => {
      log.note(name, () => `redis ${args.slice(0, 2).join(" ").slice(0, 50)} ${JSON.stringify([args, reply])}`);
    });
    const randomBytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => random.below(256));
    const roster = redisRoster(this.client, { clock: this.process, randomBytes });
    this.#rosterName = roster.node;
    this.#redis = redis;
    this.signaling = attachSignaling(this.#namespace, {
      clock: this.process,
      graceMs: setup.graceMs,
      roster,
    });
    this.#record();
  }

  /**
   * Whether it and others may each have ended memberships that went on elsewhere: it was taken for dead, Redis has lost
   * its members, or it was cut off.
   */
  get wasPartitioned(): boolean {
    const { claimed, hasLostData } = this.#redis;
    return hasLostData || claimed.has(this.#rosterName) || this.client.wasCut;
  }

  /** What it did in a room. After a partition, its notices and those of others need not add up. */
  history(room: string): NodeHistory {
    const killed = this.process.hasEnded || this.wasPartitioned;
    return { name: this.name, killed, events: [...(this.#events.get(room) ?? []), ...this.#errors] };
  }

  accept(
    id: string,
    client: TappedSocket,
    send: Parameters<MemoryHub["accept"]>[1],
    auth: unknown,
  ): ReturnType<MemoryHub["accept"]> {
    const { name, process } = this;
    this.clients.set(id, client);
    const end = this.#namespace.accept({
      id,
      auth,
      send,
      disconnect: () => client.lose("io server disconnect"),
      enter: (run) => process.enter(run),
      observe: ({ direction, socket, event, payload }) => {
        this.#environment.log.note(name, () => `${direction} ${socket} ${event} ${JSON.stringify(payload)}`);
      },
    });
    return {
      id,
      receive: (frame) => end.receive(frame),
      closed: (byServer) => {
        this.clients.delete(id);
        end.closed(byServer);
      },
    };
  }

  end(): void {
    this.process.end();
    this.client.close();
  }

  #record(): void {
    const { signaling } = this;
    const note = (room: string, event: NodeEvent): void => {
      this.#environment.log.note(this.name, () => `${room} ${JSON.stringify(event)}`);
      const events = this.#events.get(room) ?? [];
      this.#events.set(room, events);
      events.push(event);
    };
    for (const type of ["peerJoined", "peerAway", "peerBack"] as const)
      signaling.on(type, ({ room, peer }) => note(room, { type, id: peer.id }));
    signaling.on("peerLeft", ({ room, peer, reason }) => note(room, { type: "peerLeft", id: peer.id, reason }));
    signaling.on("relayed", ({ room, from, to }) => note(room, { type: "relayed", from, to }));
    // Redis fails by the will of the run.
    signaling.on("error", ({ source, message }) => {
      if (source !== "roster") this.#errors.push({ type: "error", message });
    });
  }
}
