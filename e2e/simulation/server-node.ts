import { attachSignaling, peerIdFromKey, type Signaling } from "@sig/server";
import { redisRoster } from "@sig/server/redis";
import { MemoryNamespace } from "../../packages/client/test/exploration/memory-namespace.js";
import { fieldsOf, type MemoryHub, type TappedSocket } from "../../packages/client/test/exploration/tapped-socket.js";
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
  /** Whether the load balancer gives it no more connections. */
  isAvoided = false;
  /** Its name in Redis. */
  readonly #rosterName: string;
  readonly #redis: SimulatedRedis;
  readonly #namespace = new MemoryNamespace();
  readonly #environment: Environment;
  /** What it did that a node that drains must not do. */
  readonly broken: string[] = [];
  /** Whether it was partitioned when it ended; absent while it runs. */
  #endedPartitioned: boolean | undefined;
  /** The ids of those whose joins have reached it. */
  readonly #asked = new Set<string>();
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
      // In place of a real token: the name of the person.
      ...(setup.hasUsers === true && { authorize: ({ token }) => ({ user: token }) }),
    });
    this.#record();
  }

  /** Whether it accepts connections, as far as the load balancer knows. */
  get isOpen(): boolean {
    return this.process.isRunning && !this.isAvoided;
  }

  /**
   * Whether it and others may each have ended memberships that went on elsewhere: it was killed, taken for dead or cut
   * off, or Redis has lost its members.
   */
  get #wasPartitioned(): boolean {
    const { claimed, hasLostData } = this.#redis;
    const isApart = claimed.has(this.#rosterName) || this.client.wasCut;
    return hasLostData || (this.#endedPartitioned ?? isApart);
  }

  /** What it did in a room: all of it, even if its process was killed. */
  history(room: string): NodeHistory {
    return {
      name: this.name,
      killed: false,
      partitioned: this.#wasPartitioned,
      wasFrozen: this.process.wasFrozen,
      asked: [...this.#asked],
      events: [...(this.#events.get(room) ?? []), ...this.#errors],
    };
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
      close: () => {
        closed();
        if (client.id === id) client.lose("transport close");
      },
      enter: (run) => process.enter(run),
      observe: ({ direction, socket, event, payload }) => {
        this.#environment.log.note(name, () => `${direction} ${socket} ${event} ${JSON.stringify(payload)}`);
        if (direction === "to-server") this.#recordJoins(socket, event, fieldsOf(payload));
      },
    });
    const closed = (byServer?: boolean): void => {
      this.clients.delete(id);
      end.closed(byServer);
    };
    return { id, receive: (frame) => end.receive(frame), closed };
  }

  /** Moves its members to other nodes. Resolves when it may be ended. */
  async drain(withinMs: number): Promise<void> {
    await this.signaling.drain({ withinMs });
    await this.signaling.close();
  }

  /** @param killed whether it could not hand its members over */
  end({ killed }: { readonly killed: boolean }): void {
    this.#endedPartitioned = killed || this.#wasPartitioned;
    this.process.end();
    this.client.close();
  }

  #recordJoins(socket: string, event: string, fields: Record<string, unknown>): void {
    const onConnect = (fields.createAndJoinRoom ?? []) as readonly unknown[];
    const joins = event === "createAndJoinRoom" ? [fields] : event === "connect" ? onConnect.map(fieldsOf) : [];
    for (const { key } of joins) this.#asked.add(typeof key === "string" ? peerIdFromKey(key) : socket);
  }

  /** Nobody comes in any more, and nobody has to leave. */
  #checkDrain(event: NodeEvent): void {
    const { type } = event;
    if (type === "peerJoined" || type === "peerBack")
      this.broken.push(`${this.name} admitted ${event.id} while it drained`);
    if (type === "peerLeft" && event.reason === "closed")
      this.broken.push(`${this.name} ended ${event.id} while it drained`);
  }

  #record(): void {
    const { signaling } = this;
    const note = (room: string, event: NodeEvent): void => {
      this.#environment.log.note(this.name, () => `${room} ${JSON.stringify(event)}`);
      const events = this.#events.get(room) ?? [];
      this.#events.set(room, events);
      events.push(event);
      if (event.type === "peerLeft") this.#environment.endedMs.set(event.id, this.#environment.clock.now());
      if (signaling.draining) this.#checkDrain(event);
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
