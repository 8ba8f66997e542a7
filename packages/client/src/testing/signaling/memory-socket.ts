import { createRandom, type Random } from "../random.js";
import { Wire, type Frame, type WireSettings } from "./memory-wire.js";

type Listener = (...args: never[]) => void;

/** The server, as a socket sees it. */
export interface MemoryHub extends WireSettings {
  /** Whether somebody listens. */
  readonly up: boolean;
  /** Takes a new connection; `send` is its way back to the socket. */
  accept(socket: MemorySocket, send: (frame: Frame) => void): ServerEnd;
  /** Takes a number for a socket or a connection. */
  nextNumber(): number;
}

/** What the server does with one connection. */
export interface ServerEnd {
  readonly id: string;
  receive(frame: Frame): void;
  /** It is gone. */
  closed(): void;
}

/** One connection: two wires, and who has noticed that it is dead. */
interface Connection {
  readonly up: Wire;
  readonly down: Wire;
  readonly server: ServerEnd;
}

/** How Socket.IO waits between two attempts, by default. */
const reconnectionMs = { first: 1000, most: 5000 };

/**
 * A Socket.IO client socket over a `MemorySignaling`: the members that this library uses, and how they behave. It
 * connects, comes back by itself after a loss and keeps what is emitted meanwhile, as Socket.IO does.
 */
export class MemorySocket {
  id: string | undefined;
  connected = false;
  active = false;
  readonly io: { readonly engine: { readonly readyState: string; close(): void } };
  readonly #hub: MemoryHub;
  readonly #random: Random;
  readonly #listeners = new Map<string, Set<Listener>>();
  #connection: Connection | undefined;
  #buffer: Frame[] = [];
  #attempts = 0;
  #state: "idle" | "opening" | "waiting" = "idle";
  #stopTimer: (() => void) | undefined;
  #stopNotices: (() => void)[] = [];
  #reachable = true;
  #restore: (() => void) | undefined;
  /** The connection that the server has given up. */
  #dropped: Connection | undefined;

  /** Made by `MemorySignaling.socket`. */
  constructor(hub: MemoryHub) {
    this.#hub = hub;
    this.#random = createRandom(hub.nextNumber() * 7919);
    const readyState = (): string => (this.connected ? "open" : this.#state === "opening" ? "opening" : "closed");
    this.io = {
      engine: {
        get readyState() {
          return readyState();
        },
        close: () => this.lose("forced close"),
      },
    };
  }

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
    return this;
  }

  once(event: string, listener: Listener): this {
    const once: Listener = (...args) => {
      this.off(event, once);
      listener(...args);
    };
    return this.on(event, once);
  }

  off(event: string, listener?: Listener): this {
    if (listener === undefined) this.#listeners.delete(event);
    else this.#listeners.get(event)?.delete(listener);
    return this;
  }

  listeners(event: string): Listener[] {
    return [...(this.#listeners.get(event) ?? [])];
  }

  /** How many listeners there are, for tests that look for forgotten ones. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((total, { size }) => total + size, 0);
  }

  /** The last argument may be what is called with the server's answer. */
  emit(event: string, payload?: unknown, ack?: (reply: unknown) => void): this {
    const frame: Frame = { event, payload: copyOf(payload), ack };
    if (this.#connection === undefined) this.#buffer.push(frame);
    else this.#connection.up.send(frame);
    return this;
  }

  timeout(ms: number): {
    emit(event: string, payload: unknown, ack: (error: Error | null, reply?: unknown) => void): MemorySocket;
  } {
    return {
      emit: (event, payload, ack) => {
        const stop = this.#hub.clock.after(ms, () => {
          // What was not sent yet is not sent any more.
          this.#buffer = this.#buffer.filter((frame) => frame.ack !== answered);
          finish(new Error("operation has timed out"));
        });
        let over = false;
        const finish = (error: Error | null, reply?: unknown): void => {
          if (over) return;
          over = true;
          stop();
          ack(error, reply);
        };
        const answered = (reply: unknown): void => finish(null, reply);
        return this.emit(event, payload, answered);
      },
    };
  }

  connect(): this {
    this.active = true;
    if (this.#connection === undefined && this.#state === "idle") this.#open();
    return this;
  }

  disconnect(): this {
    this.active = false;
    this.#stopTimer?.();
    this.#state = "idle";
    this.#attempts = 0;
    const connection = this.#connection;
    if (connection === undefined) return this;
    // Behind what was said before; where the server cannot be reached, it finds out by itself.
    if (this.#reachable) connection.up.send({ event: "", payload: undefined, ack: () => connection.server.closed() });
    this.#end("io client disconnect");
    return this;
  }

  /** Whether the way to the server is open; see `MemorySignaling.cut`. */
  cut(clientMs: number, serverMs: number): void {
    this.#reachable = false;
    const connection = this.#connection;
    if (connection === undefined) return;
    connection.up.stall();
    connection.down.stall();
    if (Number.isFinite(clientMs))
      this.#stopNotices.push(
        this.#hub.clock.after(clientMs, () => this.#connection === connection && this.lose("transport close")),
      );
    if (Number.isFinite(serverMs))
      this.#stopNotices.push(this.#hub.clock.after(serverMs, () => this.#serverNotices(connection)));
    this.#restore = () => {
      const noticed = this.#connection !== connection || connection === this.#dropped;
      if (!noticed) {
        connection.up.resume();
        connection.down.resume();
      } else if (this.#connection === connection) this.lose("transport close");
      else this.#serverNotices(connection);
    };
  }

  /** Takes back `cut`: what both ends still believe in goes on, what one of them gave up is gone. */
  restore(): void {
    this.#reachable = true;
    for (const stop of this.#stopNotices.splice(0)) stop();
    this.#restore?.();
    this.#restore = undefined;
  }

  /** The connection is gone, and it comes back by itself. The server may not know. */
  lose(reason: string): void {
    if (this.#connection === undefined) return;
    const { server, up } = this.#connection;
    this.#end(reason);
    if (this.#reachable) {
      up.close();
      server.closed();
    }
    if (reason === "io server disconnect") this.active = false;
    else if (this.active && this.#state === "idle") this.#wait();
  }

  #serverNotices(connection: Connection): void {
    if (this.#dropped === connection) return;
    this.#dropped = connection;
    connection.server.closed();
  }

  #end(reason: string): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.connected = false;
    this.id = undefined;
    connection?.down.close();
    this.#fire("disconnect", reason);
  }

  #open(): void {
    this.#state = "opening";
    const { clock, random, latencyMs } = this.#hub;
    // The handshake goes forth and back.
    this.#stopTimer = clock.after(random.within(latencyMs) + random.within(latencyMs), () => {
      this.#state = "idle";
      if (this.#hub.up && this.#reachable) this.#opened();
      else {
        this.#wait();
        this.#fire("connect_error", new Error("websocket error"));
      }
    });
  }

  #opened(): void {
    this.#attempts = 0;
    const down = new Wire(this.#hub, ({ event, payload, ack }) => {
      if (ack !== undefined) ack(payload);
      else this.#fire(event, payload);
    });
    const server = this.#hub.accept(this, (frame) => down.send({ ...frame, payload: copyOf(frame.payload) }));
    const up = new Wire(this.#hub, (frame) => (frame.event === "" ? frame.ack?.(undefined) : server.receive(frame)));
    this.#connection = { up, down, server };
    this.id = server.id;
    this.connected = true;
    this.#fire("connect");
    for (const frame of this.#buffer.splice(0)) this.emit(frame.event, frame.payload, frame.ack);
  }

  #wait(): void {
    const { first, most } = reconnectionMs;
    const wait = Math.min(most, first * 2 ** this.#attempts++) * (0.5 + this.#random.next());
    this.#state = "waiting";
    this.#stopTimer = this.#hub.clock.after(wait, () => this.#open());
  }

  #fire(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...(args as never[]));
  }
}

/** What arrives is no object of the sender's, and has of it what JSON can say. */
function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : copyOf(item)));
  if ("toJSON" in value && typeof value.toJSON === "function") return JSON.parse(JSON.stringify(value)) as unknown;
  const copy: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value))
    if (field !== undefined && typeof field !== "function") define(copy, key, copyOf(field));
  return copy;
}

/** Sets a field; a key named `__proto__` stays a key, as in JSON. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
