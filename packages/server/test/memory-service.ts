import { type ClientEventName, type Reply, type ServerEventName, type ServerPayload } from "@sig/protocol";
import { attachSignaling, type Signaling, type SignalingOptions, type Socket } from "@sig/server";
import { onTestFinished } from "vitest";
import { newKey } from "./client.js";
import { FakeClock } from "./fake-clock.js";

type Listener = (...args: unknown[]) => void;

let sockets = 0;

/** A socket without a transport, and without `nsp` and `handshake`. It records what it receives. */
export class MemorySocket implements Socket {
  readonly id = `memory-${++sockets}`;
  readonly log: [event: string, payload: unknown][] = [];
  declare readonly conn?: Socket["conn"];
  readonly #listeners = new Map<string, Set<Listener>>();
  #connected = true;

  /** @param options.conn the connection, which several sockets may share */
  constructor({ conn }: Pick<Socket, "conn"> = {}) {
    if (conn !== undefined) this.conn = conn;
  }

  get connected(): boolean {
    return this.#connected;
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  listeners(event: string): Listener[] {
    return [...(this.#listeners.get(event) ?? [])];
  }

  /** As an application may call it, which removes the listeners of everybody. */
  removeAllListeners(): void {
    this.#listeners.clear();
  }

  emit(event: string, payload: unknown): void {
    this.log.push([event, payload]);
  }

  disconnect(): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.send("disconnect");
  }

  /** Sends an event to the service. */
  send(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }

  /** Sends an event with an ack, and resolves with the reply. */
  call<Event extends ClientEventName>(event: Event, payload: unknown): Promise<Reply<Event>> {
    return new Promise((resolve) => this.send(event, payload, resolve));
  }

  /** Joins a room with a key of its own, unless the fields say otherwise. */
  join(room: string, fields: Record<string, unknown> = { key: newKey() }): Promise<Reply<"createAndJoinRoom">> {
    return this.call("createAndJoinRoom", { room, ...fields });
  }

  /** The payloads of one event, in order. */
  received<Event extends ServerEventName>(event: Event): ServerPayload<Event>[] {
    return this.log.filter(([name]) => name === event).map(([, payload]) => payload as ServerPayload<Event>);
  }
}

/** A signaling service without a network, whose time stands still. */
export function startMemoryService(options: SignalingOptions = {}): {
  readonly signaling: Signaling;
  readonly clock: FakeClock;
  connect(options?: Pick<Socket, "conn">): MemorySocket;
} {
  const clock = new FakeClock();
  const namespace = { sockets: new Map<string, Socket>(), on: () => undefined, off: () => undefined };
  const signaling = attachSignaling(namespace, { clock, ...options });
  onTestFinished(() => signaling.close());
  return {
    signaling,
    clock,
    connect: (socketOptions) => {
      const socket = new MemorySocket(socketOptions);
      signaling.serve(socket);
      return socket;
    },
  };
}

/** Resolves when everything has settled that waits for promises alone. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
