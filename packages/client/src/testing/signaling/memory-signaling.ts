import type { IceServer, ServerEventName, ServerInput } from "@sig/protocol";
import { systemClock, type Clock } from "../../util/clock.js";
import type { MemoryAuthorize } from "./memory-authorize.js";
import { socketId } from "./memory-id.js";
import type { Member, MemoryConnection } from "./memory-room.js";
import { MemoryRooms } from "./memory-rooms.js";
import { MemorySocket, type MemoryHub, type ServerEnd } from "./memory-socket.js";
import type { Frame, SignalingFaults } from "./memory-wire.js";
import { createRandom, type Range } from "../random.js";

export interface MemorySignalingOptions {
  /** The clock that measures latencies and the grace time. Default: real time. */
  clock?: Clock;
  /** The random seed of latencies and faults. Default 1. */
  seed?: number;
  /** The latency of a message in one direction, in milliseconds. Default 5. */
  latencyMs?: Range;
  /** How long a peer with a lost connection is `away` before it leaves, in milliseconds. Default 30 000. */
  graceMs?: number;
  /**
   * Decides on every join, return and renewal, at once or later; who waits for longer than a second is notified.
   * Default: everyone may join every room.
   */
  authorize?: MemoryAuthorize;
  /** The ICE servers that clients get. Default: none. */
  iceServers?: readonly IceServer[];
  /** The lifetime of `iceServers` in seconds. Default: unlimited. */
  iceServersTtl?: number;
  /** Put before the name of each event, as by the option of the server. Default: none. */
  eventPrefix?: string;
}

export interface CutOptions {
  /**
   * After how many milliseconds the client notices. Default 0. `Infinity`: not before `restore`, like an unplugged
   * cable.
   */
  clientMs?: number;
  /** The same for the server. Default 0. */
  serverMs?: number;
}

/** A message that the server received or sends. */
export interface SignalingMessage {
  readonly direction: "to-server" | "to-client";
  /** The id of the socket at the other end. */
  readonly socket: string;
  readonly event: string;
  readonly payload: unknown;
}

/**
 * A signaling server in memory, with sockets for `new PeerManager(socket)`. It follows docs/protocol.md: rooms,
 * identity by key, presence with a grace time, relays and rejections. A test can interrupt its sockets, hold, drop,
 * duplicate and reorder its messages, and restart it. It has no rate limit and no schemas, and its ids do not protect
 * their keys.
 */
export class MemorySignaling {
  readonly #hub: MemoryHub;
  readonly #rooms: MemoryRooms;
  readonly #eventPrefix: string;
  readonly #sockets = new Set<MemorySocket>();
  readonly #observers = new Set<(message: SignalingMessage) => void>();
  #up = true;
  #numbers = 0;

  constructor({
    clock = systemClock,
    seed = 1,
    latencyMs = 5,
    graceMs = 30_000,
    authorize,
    iceServers,
    iceServersTtl,
    eventPrefix = "",
  }: MemorySignalingOptions = {}) {
    const isUp = (): boolean => this.#up;
    this.#eventPrefix = eventPrefix;
    this.#rooms = new MemoryRooms({ clock, graceMs, authorize, iceServers, iceServersTtl });
    this.#hub = {
      clock,
      random: createRandom(seed),
      latencyMs,
      eventPrefix,
      faults: {},
      held: undefined,
      get up() {
        return isUp();
      },
      accept: (_, send) => this.#accept(send),
      nextNumber: () => ++this.#numbers,
    };
  }

  /** Returns a new socket for `new PeerManager(socket)`. It is connecting. */
  socket(): MemorySocket {
    const socket = new MemorySocket(this.#hub);
    this.#sockets.add(socket);
    return socket.connect();
  }

  /** Returns the ids of the members of a room, in the order of their joins, including members that are away. */
  peers(room: string): string[] {
    return this.#rooms.peers(room);
  }

  /** Drops, duplicates and reorders messages at these rates from now on. `{}` ends it. */
  faults(faults: SignalingFaults): void {
    this.#hub.faults = faults;
  }

  /** Holds all messages in both directions until `release`. */
  hold(): void {
    this.#hub.held ??= [];
  }

  /** Delivers all held messages, in order. */
  release(): void {
    const held = this.#hub.held ?? [];
    this.#hub.held = undefined;
    for (const arrive of held) arrive();
  }

  /** Interrupts the network of one client until `restore`. */
  cut(socket: MemorySocket, { clientMs = 0, serverMs = 0 }: CutOptions = {}): void {
    socket.cut(clientMs, serverMs);
  }

  /** Reverts `cut`. A connection that neither end has closed continues. */
  restore(socket: MemorySocket): void {
    socket.restore();
  }

  /** Stops the server: all connections end, and it forgets all rooms. */
  stop(): void {
    this.#up = false;
    this.#rooms.forget();
    for (const socket of this.#sockets) socket.lose("transport close");
  }

  /** Starts the server again, without rooms. Sockets reconnect by themselves. */
  start(): void {
    this.#up = true;
  }

  /**
   * Disconnects a socket from the server's side, as an application does: its members leave at once. Socket.IO does not
   * reconnect by itself after this.
   */
  disconnect(socket: MemorySocket): void {
    socket.lose("io server disconnect");
  }

  /**
   * Removes a peer and bans its id, as `Signaling.kick` of the server does. Returns false if no such peer is in the
   * room.
   */
  kick(room: string, peerId: string, reason?: string): boolean;
  /** The same for every peer of a user, who is banned. Returns how many there were. */
  kick(room: string, who: { readonly user: string }, reason?: string): number;
  kick(room: string, who: string | { readonly user: string }, reason?: string): boolean | number {
    return typeof who === "string" ? this.#rooms.kick(room, who, reason) : this.#rooms.kickUser(room, who.user, reason);
  }

  /**
   * Changes what the application says of a peer, as `Signaling.setAttributes` of the server does. Returns false if no
   * such peer is in the room.
   */
  setAttributes(room: string, peerId: string, attributes: unknown): boolean {
    return this.#rooms.setAttributes(room, peerId, attributes);
  }

  /** Sends an application message from the server, as `Signaling.send` does: to one peer, or to all. */
  send(room: string, type: string, data: unknown, to?: string): void {
    this.#rooms.send(room, type, data, to);
  }

  /** Calls `observer` with every message that the server receives or sends. Returns a function that ends it. */
  observe(observer: (message: SignalingMessage) => void): () => void {
    this.#observers.add(observer);
    return () => {
      this.#observers.delete(observer);
    };
  }

  #accept(send: (frame: Frame) => void): ServerEnd {
    const id = socketId(this.#hub.nextNumber());
    const connection: MemoryConnection = {
      id,
      memberships: new Map<string, Member>(),
      pendingJoins: new Map(),
      send: <Event extends ServerEventName>(event: Event, payload: ServerInput<Event>) => {
        this.#show("to-client", id, event, payload);
        send({ event: this.#eventPrefix + event, payload });
      },
    };
    let open = true;
    return {
      id,
      receive: ({ event, payload, ack }) => {
        if (!open || !this.#up) return;
        if (!event.startsWith(this.#eventPrefix)) return;
        const name = event.slice(this.#eventPrefix.length);
        this.#show("to-server", id, name, payload);
        this.#rooms.handle(connection, name, payload, ack && ((reply) => send({ event: "", payload: reply, ack })));
      },
      closed: (byServer = false) => {
        if (!open) return;
        open = false;
        this.#rooms.drop(connection, byServer);
      },
    };
  }

  #show(direction: SignalingMessage["direction"], socket: string, event: string, payload: unknown): void {
    for (const observer of this.#observers) observer({ direction, socket, event, payload });
  }
}
