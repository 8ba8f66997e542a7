import { attachSignaling, type Clock, type Namespace, type Signaling, type Socket } from "@sig/server";
import type { FakeClock, MemorySocket, SignalingFaults, SignalingMessage } from "../../src/testing/index.js";
import { createRandom, type Range } from "../../src/testing/random.js";
import { socketId } from "../../src/testing/signaling/memory-id.js";
import { MemorySocket as Client, type MemoryHub, type ServerEnd } from "../../src/testing/signaling/memory-socket.js";
import type { Frame } from "../../src/testing/signaling/memory-wire.js";

type Listener = (...args: unknown[]) => void;

interface Settings {
  readonly clock: FakeClock;
  readonly seed: number;
  readonly latencyMs: Range;
  readonly graceMs: number;
}

/** One process of the server: the signaling of `@sig/server` on a namespace whose sockets are in memory. */
class Process implements Namespace {
  readonly sockets = new Map<string, ServerSocket>();
  readonly signaling: Signaling;
  #onConnection: ((socket: Socket) => void) | undefined;

  constructor({ clock, graceMs }: Settings) {
    this.signaling = attachSignaling(this, { clock: withoutSweep(clock), graceMs });
  }

  on(_: "connection", listener: (socket: Socket) => void): void {
    this.#onConnection = listener;
  }

  off(): void {
    this.#onConnection = undefined;
  }

  connect(socket: ServerSocket): void {
    this.sockets.set(socket.id, socket);
    this.#onConnection?.(socket);
  }
}

/**
 * The service looks for dead connections every ten seconds for as long as it runs: the world would never come to rest.
 * Here every connection that ends says so.
 */
function withoutSweep(clock: FakeClock): Clock {
  const sweepMs = 10_000;
  return {
    now: () => clock.now(),
    after: (ms, run) => (ms === sweepMs ? () => undefined : clock.after(ms, run)),
  };
}

/** A socket as the server sees it. */
class ServerSocket implements Socket {
  connected = true;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(
    readonly id: string,
    readonly emit: (event: string, payload?: unknown) => void,
    readonly disconnect: () => void,
    readonly handshake: NonNullable<Socket["handshake"]>,
  ) {}

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  fire(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }
}

/** The real server behind memory sockets, with the latencies, faults and restarts of `MemorySignaling`. */
export class RealServer {
  readonly #settings: Settings;
  readonly #hub: MemoryHub;
  readonly #clients = new Set<MemorySocket>();
  readonly #observers = new Set<(message: SignalingMessage) => void>();
  #process: Process | undefined;
  #numbers = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#process = new Process(settings);
    const isUp = (): boolean => this.#process !== undefined;
    this.#hub = {
      clock: settings.clock,
      random: createRandom(settings.seed),
      latencyMs: settings.latencyMs,
      faults: {},
      held: undefined,
      get up() {
        return isUp();
      },
      accept: (client, send, auth) => this.#accept(client, send, auth),
      nextNumber: () => ++this.#numbers,
    };
  }

  socket(): MemorySocket {
    const client = new Client(this.#hub);
    this.#clients.add(client);
    return client.connect();
  }

  async peers(room: string): Promise<string[]> {
    return ((await this.#process?.signaling.peers(room)) ?? []).map(({ id }) => id);
  }

  faults(faults: SignalingFaults): void {
    this.#hub.faults = faults;
  }

  cut(client: MemorySocket, { clientMs = 0, serverMs = 0 }: { clientMs?: number; serverMs?: number } = {}): void {
    client.cut(clientMs, serverMs);
  }

  restore(client: MemorySocket): void {
    client.restore();
  }

  /** Ends the process: all sockets are lost, and everything in its memory. */
  stop(): void {
    const ended = this.#process;
    this.#process = undefined;
    for (const client of this.#clients) client.lose("transport close");
    void ended?.signaling.close();
  }

  start(): void {
    this.#process ??= new Process(this.#settings);
  }

  observe(observer: (message: SignalingMessage) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  #accept(client: MemorySocket, send: (frame: Frame) => void, auth: unknown): ServerEnd {
    const process = this.#process;
    const id = socketId(this.#hub.nextNumber());
    const socket = new ServerSocket(
      id,
      (event, payload) => {
        this.#show("to-client", id, event, payload);
        send({ event, payload });
      },
      () => client.lose("io server disconnect"),
      { auth: auth as Record<string, unknown> | undefined },
    );
    if (auth !== undefined) this.#show("to-server", id, "connect", auth);
    process?.connect(socket);
    return {
      id,
      receive: ({ event, payload, ack }) => {
        if (!socket.connected || this.#process !== process) return;
        this.#show("to-server", id, event, payload);
        const args = payload === undefined ? [] : [payload];
        socket.fire(event, ...args, ...(ack === undefined ? [] : [replyBy(send, ack)]));
      },
      closed: (byServer = false) => {
        if (!socket.connected) return;
        socket.connected = false;
        process?.sockets.delete(id);
        socket.fire("disconnect", byServer ? "server namespace disconnect" : "transport close");
      },
    };
  }

  #show(direction: SignalingMessage["direction"], socket: string, event: string, payload: unknown): void {
    for (const observer of this.#observers) observer({ direction, socket, event, payload });
  }
}

function replyBy(send: (frame: Frame) => void, ack: (reply: unknown) => void): (reply: unknown) => void {
  return (reply) => send({ event: "", payload: reply, ack });
}
