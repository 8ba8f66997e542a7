import { createRandom, type Random } from "../random.js";
import { copyOf } from "./json-copy.js";
import { Wire, type Frame, type WireSettings } from "./memory-wire.js";
import { SocketListeners } from "./socket-listeners.js";

/** The server as a socket sees it. */
export interface MemoryHub extends WireSettings {
  /** Whether the server accepts connections. */
  readonly up: boolean;
  /** Accepts a new connection, requested with `auth`. `send` delivers to the socket. */
  accept(socket: MemorySocket, send: (frame: Frame) => void, auth: unknown): ServerEnd;
  /** Returns a new number for a socket or a connection. */
  nextNumber(): number;
}

/** The server's side of one connection. */
export interface ServerEnd {
  readonly id: string;
  receive(frame: Frame): void;
  /** The connection is gone. */
  closed(byServer?: boolean): void;
}

/** One connection: a wire in each direction. */
interface Connection {
  readonly up: Wire;
  readonly down: Wire;
  readonly server: ServerEnd;
}

/** The default waits of Socket.IO between two attempts. */
const reconnectionDelay = { firstMs: 1000, maxMs: 5000 };

/**
 * A Socket.IO client socket that is connected to a `MemorySignaling`. It connects, reconnects after a loss and buffers
 * events meanwhile, as Socket.IO does. It has only the members that this library uses.
 */
export class MemorySocket extends SocketListeners {
  id: string | undefined;
  connected = false;
  active = false;
  /** Sent to the server with the request to connect, as with Socket.IO: an object, or a function that gives one. */
  auth?: unknown;
  readonly io: { readonly engine: { readonly readyState: string; close(): void } };
  readonly #hub: MemoryHub;
  readonly #random: Random;
  #connection: Connection | undefined;
  #buffer: Frame[] = [];
  /** Ends the wait for each reply to an event that was sent with a timeout. */
  readonly #waits = new Set<() => void>();
  #attempts = 0;
  #state: "idle" | "opening" | "requesting" | "waiting" = "idle";
  #stopTimer: (() => void) | undefined;
  #stopNotices: (() => void)[] = [];
  #reachable = true;
  #restore: (() => void) | undefined;
  /** The connection that the server has closed. */
  #closedByServer: Connection | undefined;

  /** Use `MemorySignaling.socket()` instead. */
  constructor(hub: MemoryHub) {
    super();
    this.#hub = hub;
    this.#random = createRandom(hub.nextNumber() * 7919);
    const readyState = (): string =>
      this.connected || this.#state === "requesting" ? "open" : this.#state === "opening" ? "opening" : "closed";
    this.io = {
      engine: {
        get readyState() {
          return readyState();
        },
        close: () => this.lose("forced close"),
      },
    };
  }

  /** Sends an event. The server's reply is passed to `ack`. */
  emit(event: string, payload?: unknown, ack?: (reply: unknown) => void): this {
    const frame: Frame = { event, payload: copyOf(payload), ack };
    if (this.#connection === undefined) this.#buffer.push(frame);
    else this.#connection.up.send(frame);
    return this;
  }

  /** As `emit`, with an error for `ack` if no reply arrives within `ms`. */
  timeout(ms: number): {
    emit(event: string, payload: unknown, ack: (error: Error | null, reply?: unknown) => void): MemorySocket;
  } {
    return {
      emit: (event, payload, ack) => {
        const stop = this.#hub.clock.after(ms, () => {
          // An event that is still buffered is not sent any more.
          this.#buffer = this.#buffer.filter((frame) => frame.ack !== answered);
          finish(new Error("operation has timed out"));
        });
        const disconnected = (): void => {
          if (!this.#buffer.some((frame) => frame.ack === answered)) finish(new Error("socket has been disconnected"));
        };
        let over = false;
        const finish = (error: Error | null, reply?: unknown): void => {
          if (over) return;
          over = true;
          stop();
          this.#waits.delete(disconnected);
          ack(error, reply);
        };
        this.#waits.add(disconnected);
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
    // After everything sent before. If the server cannot be reached, it notices by itself.
    if (this.#reachable) connection.up.send({ event: "", payload: undefined, ack: () => connection.server.closed() });
    this.#end("io client disconnect");
    return this;
  }

  /** Interrupts the network to the server. See `MemorySignaling.cut`. */
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
      const closed = this.#connection !== connection || connection === this.#closedByServer;
      if (!closed) {
        connection.up.resume();
        connection.down.resume();
      } else if (this.#connection === connection) this.lose("transport close");
      else this.#serverNotices(connection);
    };
  }

  /** Reverts `cut`: a connection that neither end has closed continues. */
  restore(): void {
    this.#reachable = true;
    for (const stop of this.#stopNotices.splice(0)) stop();
    this.#restore?.();
    this.#restore = undefined;
  }

  /** Ends the connection; the socket reconnects. The server may not notice. */
  lose(reason: string): void {
    if (this.#connection === undefined) return;
    const { server, up } = this.#connection;
    this.#end(reason);
    if (this.#reachable) {
      up.close();
      server.closed(reason === "io server disconnect");
    }
    if (reason === "io server disconnect") this.active = false;
    else if (this.active && this.#state === "idle") this.#wait();
  }

  #serverNotices(connection: Connection): void {
    if (this.#closedByServer === connection) return;
    this.#closedByServer = connection;
    connection.server.closed();
  }

  #end(reason: string): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.connected = false;
    this.id = undefined;
    connection?.down.close();
    this.fire("disconnect", reason);
    // A reply can no longer arrive.
    for (const disconnected of [...this.#waits]) disconnected();
  }

  #open(): void {
    this.#state = "opening";
    const { clock, random, latencyMs } = this.#hub;
    // The handshake is one round trip.
    this.#stopTimer = clock.after(random.within(latencyMs) + random.within(latencyMs), () => {
      if (this.#hub.up && this.#reachable) this.#request();
      else {
        this.#wait();
        this.fire("connect_error", new Error("websocket error"));
      }
    });
  }

  #request(): void {
    this.#state = "requesting";
    const { auth } = this;
    const send = (data: unknown): void => {
      if (this.#state === "requesting") this.#opened(copyOf(data));
    };
    if (typeof auth === "function") auth.call(this, send);
    else send(auth);
  }

  #opened(auth: unknown): void {
    this.#state = "idle";
    this.#attempts = 0;
    const down = new Wire(this.#hub, ({ event, payload, ack }) => {
      if (ack !== undefined) ack(payload);
      else this.fire(event, payload);
    });
    const deliver = (frame: Frame): void => down.send({ ...frame, payload: copyOf(frame.payload) });
    const server = this.#hub.accept(this, deliver, auth);
    const up = new Wire(this.#hub, (frame) => (frame.event === "" ? frame.ack?.(undefined) : server.receive(frame)));
    this.#connection = { up, down, server };
    this.id = server.id;
    this.connected = true;
    this.fire("connect");
    for (const frame of this.#buffer.splice(0)) this.emit(frame.event, frame.payload, frame.ack);
  }

  #wait(): void {
    const { firstMs, maxMs } = reconnectionDelay;
    const wait = Math.min(maxMs, firstMs * 2 ** this.#attempts++) * (0.5 + this.#random.next());
    this.#state = "waiting";
    this.#stopTimer = this.#hub.clock.after(wait, () => this.#open());
  }
}
