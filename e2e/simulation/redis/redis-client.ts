import type { RedisClient, RedisSubscriber } from "@sig/server/redis";
import { RedisConnection, type RedisLink } from "./redis-connection.js";

/** A client of Redis as `@sig/server/redis` uses one, over a simulated network. */
export class SimulatedRedisClient implements RedisClient {
  /** Whether a connection to Redis was ever lost, or came to a stop. */
  wasCut = false;
  readonly #link: RedisLink;
  readonly #commands: RedisConnection;
  readonly #connections = new Set<RedisConnection>();
  readonly #observe: (args: readonly string[], reply: unknown) => void;

  /** @param observe called with each command that has a reply */
  constructor(link: RedisLink, observe: (args: readonly string[], reply: unknown) => void) {
    this.#link = link;
    this.#observe = observe;
    this.#commands = this.#connect({ onReady: ignore, onError: ignore, onPublished: ignore });
    this.#commands.open();
  }

  async sendCommand(args: string[]): Promise<unknown> {
    const reply = await this.#commands.send(args);
    this.#observe(args, reply);
    return reply;
  }

  duplicate(): RedisSubscriber {
    return new SimulatedSubscriber((ports) => this.#connect(ports));
  }

  /** All connections of the node are lost, or only those that subscribe. */
  lose({ subscribersOnly = false }: { subscribersOnly?: boolean } = {}): void {
    this.wasCut = true;
    for (const connection of this.#connections)
      if (!subscribersOnly || connection !== this.#commands) connection.lose();
  }

  /** From now on nothing arrives, in either direction, and no connection is made. */
  cut(how: "lost" | "stalled"): void {
    this.wasCut = true;
    this.#link.isCut = true;
    if (how === "lost") this.lose();
    else this.#link.stalled ??= [];
  }

  restore(): void {
    this.#link.isCut = false;
    const stalled = this.#link.stalled ?? [];
    this.#link.stalled = undefined;
    for (const run of stalled) run();
  }

  /** The process has ended. */
  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #connect(ports: ConstructorParameters<typeof RedisConnection>[1]): RedisConnection {
    const connection = new RedisConnection(this.#link, ports);
    this.#connections.add(connection);
    return connection;
  }
}

function ignore(): void {
  // The client of an application reconnects by itself.
}

class SimulatedSubscriber implements RedisSubscriber {
  isOpen = false;
  readonly #connection: RedisConnection;
  readonly #onError = new Set<(cause: unknown) => void>();
  readonly #onReady = new Set<() => void>();
  #connected: (() => void) | undefined;
  #listener: ((message: string) => void) | undefined;

  constructor(connect: (ports: ConstructorParameters<typeof RedisConnection>[1]) => RedisConnection) {
    this.#connection = connect({
      onReady: () => {
        this.#connected?.();
        for (const listener of this.#onReady) listener();
      },
      onError: (cause) => {
        for (const listener of this.#onError) listener(cause);
      },
      onPublished: (message) => this.#listener?.(message),
    });
  }

  on(event: "error" | "ready", listener: (cause?: unknown) => void): void {
    if (event === "error") this.#onError.add(listener);
    else this.#onReady.add(listener);
  }

  connect(): Promise<void> {
    this.isOpen = true;
    return new Promise((resolve) => {
      this.#connected = resolve;
      this.#connection.open();
    });
  }

  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    this.#listener = listener;
    await this.#connection.send(["SUBSCRIBE", channel]);
  }

  destroy(): void {
    this.isOpen = false;
    this.#connection.close();
  }
}
