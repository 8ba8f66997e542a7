import { attachSignaling, type Clock, type Signaling } from "@sig/server";
import type { FakeClock, MemorySocket, SignalingFaults, SignalingMessage } from "../../src/testing/index.js";
import { createRandom, type Range } from "../../src/testing/random.js";
import { socketId } from "../../src/testing/signaling/memory-id.js";
import { MemorySocket as Client, type MemoryHub, type ServerEnd } from "../../src/testing/signaling/memory-socket.js";
import type { Frame } from "../../src/testing/signaling/memory-wire.js";
import { MemoryNamespace } from "./memory-namespace.js";

interface Settings {
  readonly clock: FakeClock;
  readonly seed: number;
  readonly latencyMs: Range;
  readonly graceMs: number;
}

/** One process of the server: the signaling of `@sig/server` on a namespace whose sockets are in memory. */
class Process {
  readonly namespace = new MemoryNamespace();
  readonly signaling: Signaling;

  constructor({ clock, graceMs }: Settings) {
    this.signaling = attachSignaling(this.namespace, { clock: withoutSweep(clock), graceMs });
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
    const namespace = process?.namespace ?? new MemoryNamespace();
    return namespace.accept({
      id: socketId(this.#hub.nextNumber()),
      auth,
      send,
      disconnect: () => client.lose("io server disconnect"),
      enter: (run) => {
        if (this.#process === process) run();
      },
      observe: (message) => {
        for (const observer of this.#observers) observer(message);
      },
    });
  }
}
