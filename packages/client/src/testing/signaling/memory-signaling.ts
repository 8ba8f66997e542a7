import type { IceServer, ServerEventName, ServerInput } from "@sig/protocol";
import { systemClock, type Clock } from "../../util/clock.js";
import { socketId } from "./memory-id.js";
import { MemoryRooms, type Member, type MemoryConnection } from "./memory-rooms.js";
import { MemorySocket, type MemoryHub, type ServerEnd } from "./memory-socket.js";
import type { Frame, SignalingFaults } from "./memory-wire.js";
import { createRandom, type Range } from "../random.js";

export interface MemorySignalingOptions {
  /** Default: real time. */
  clock?: Clock;
  /** Where latencies and faults take their chances from; default 1. */
  seed?: number;
  /** One way of one message; default 5. */
  latencyMs?: Range;
  /** How long a peer whose socket dropped is `away` before it has left; default 30 000. */
  graceMs?: number;
  iceServers?: readonly IceServer[];
  /** Seconds. */
  iceServersTtl?: number;
}

export interface CutOptions {
  /** After how many milliseconds the client notices; default 0. `Infinity`: not while it is cut, as with a cable that was pulled. */
  clientMs?: number;
  /** The same for the server; default 0. */
  serverMs?: number;
}

/** A message that arrived at the server, or is about to leave it. */
export interface SignalingMessage {
  readonly direction: "to-server" | "to-client";
  /** The id of the socket. */
  readonly socket: string;
  readonly event: string;
  readonly payload: unknown;
}

/**
 * A signaling server in the memory of a test, which does what docs/protocol.md says: rooms, identity by key, presence with
 * grace, relays, refusals. Its sockets can be cut, its messages held, lost, doubled and reordered, and it can be
 * restarted. There is no rate limit, and nobody is asked who may join.
 */
export class MemorySignaling {
  readonly #hub: MemoryHub;
  readonly #rooms: MemoryRooms;
  readonly #sockets = new Set<MemorySocket>();
  readonly #observers = new Set<(message: SignalingMessage) => void>();
  #up = true;
  #numbers = 0;

  constructor({
    clock = systemClock,
    seed = 1,
    latencyMs = 5,
    graceMs = 30_000,
    iceServers,
    iceServersTtl,
  }: MemorySignalingOptions = {}) {
    const isUp = (): boolean => this.#up;
    this.#rooms = new MemoryRooms({ clock, graceMs, iceServers, iceServersTtl });
    this.#hub = {
      clock,
      random: createRandom(seed),
      latencyMs,
      faults: {},
      held: undefined,
      get up() {
        return isUp();
      },
      accept: (_, send) => this.#accept(send),
      nextNumber: () => ++this.#numbers,
    };
  }

  /** A socket for `new PeerManager(socket)`, on its way to being connected. */
  socket(): MemorySocket {
    const socket = new MemorySocket(this.#hub);
    this.#sockets.add(socket);
    return socket.connect();
  }

  /** Ids of those who are in a room, in the order of their joins; those away included. */
  peers(room: string): string[] {
    return this.#rooms.peers(room);
  }

  /** From now on messages are lost, doubled and reordered at these rates; `{}` ends it. */
  faults(faults: SignalingFaults): void {
    this.#hub.faults = faults;
  }

  /** Messages in both directions wait, until `release`. */
  hold(): void {
    this.#hub.held ??= [];
  }

  /** What was held arrives, in its order. */
  release(): void {
    const held = this.#hub.held ?? [];
    this.#hub.held = undefined;
    for (const arrive of held) arrive();
  }

  /** Cuts one client off, until `restore`. */
  cut(socket: MemorySocket, { clientMs = 0, serverMs = 0 }: CutOptions = {}): void {
    socket.cut(clientMs, serverMs);
  }

  restore(socket: MemorySocket): void {
    socket.restore();
  }

  /** The server is gone, and has forgotten everybody. */
  stop(): void {
    this.#up = false;
    this.#rooms.forget();
    for (const socket of this.#sockets) socket.lose("transport close");
  }

  /** It is there again, with empty rooms; sockets come back in their own time. */
  start(): void {
    this.#up = true;
  }

  /** The server disconnects a socket; Socket.IO does not come back from this by itself. */
  disconnect(socket: MemorySocket): void {
    socket.lose("io server disconnect");
  }

  /** As `Signaling.kick` of the server: the peer is told, and may not come back. False where there is no such peer. */
  kick(room: string, peerId: string, reason?: string): boolean {
    return this.#rooms.kick(room, peerId, reason);
  }

  /** As `Signaling.send` of the server. */
  send(room: string, type: string, data: unknown, to?: string): void {
    this.#rooms.send(room, type, data, to);
  }

  /** Shows every message as the server sees it; returns what ends that. */
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
      send: <Event extends ServerEventName>(event: Event, payload: ServerInput<Event>) => {
        this.#show("to-client", id, event, payload);
        send({ event, payload });
      },
    };
    let open = true;
    return {
      id,
      receive: ({ event, payload, ack }) => {
        if (!open || !this.#up) return;
        this.#show("to-server", id, event, payload);
        this.#rooms.handle(connection, event, payload, ack && ((reply) => send({ event: "", payload: reply, ack })));
      },
      closed: () => {
        if (!open) return;
        open = false;
        this.#rooms.drop(connection);
      },
    };
  }

  #show(direction: SignalingMessage["direction"], socket: string, event: string, payload: unknown): void {
    for (const observer of this.#observers) observer({ direction, socket, event, payload });
  }
}
