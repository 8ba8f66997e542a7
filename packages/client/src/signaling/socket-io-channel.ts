import { createServerEvents, read, readingLimits, type ClientEventName, type ClientInput, type Reply, type ServerEventName } from "@sig/protocol";
import { SignalingError } from "../errors.js";
import type { Settings } from "../options.js";
import type { ChannelListener, ServerMessage, SignalingChannel } from "./signaling-channel.js";

/** The members of a Socket.IO client socket (4.7 or later) that are used here. Any copy of the library fits. */
export interface Socket {
  readonly connected: boolean;
  /** Whether it connects, or will try again by itself. */
  readonly active: boolean;
  connect(): unknown;
  // Listeners of sockets with typed events accept only their own names: these signatures fit those as well.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: any, listener: (...args: any[]) => void): unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  off(event: any, listener: (...args: any[]) => void): unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  emit(event: any, ...args: any[]): unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  timeout(ms: number): { emit(event: any, ...args: any[]): unknown };
}

/** A server that cut the connection off on purpose is not asked again at once. */
const reconnectAfterCutMs = 2000;

/** Signaling over a Socket.IO connection that belongs to the app, and that other managers may share. */
export class SocketIoChannel implements SignalingChannel {
  readonly #socket: Socket;
  readonly #settings: Pick<Settings, "clock" | "logger">;
  #handlers: Record<string, (arg: unknown) => void> = {};
  #stopReconnect: (() => void) | undefined;

  constructor(socket: Socket, settings: Pick<Settings, "clock" | "logger">) {
    this.#socket = socket;
    this.#settings = settings;
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  open(listener: ChannelListener): void {
    this.#handlers = {
      connect: () => listener.up(),
      disconnect: (reason) => {
        listener.down();
        // Socket.IO does not come back by itself from this one; from "io client disconnect" the app did not want to.
        if (reason === "io server disconnect") this.#stopReconnect = this.#settings.clock.after(reconnectAfterCutMs, () => this.#socket.connect());
      },
    };
    const schemas = createServerEvents(readingLimits);
    for (const event of Object.keys(schemas) as ServerEventName[]) {
      this.#handlers[event] = (raw) => {
        const payload = read(schemas[event], raw);
        if (payload === undefined) this.#settings.logger?.warn("The server sent what the protocol does not know", { event });
        else listener.message({ event, payload } as ServerMessage);
      };
    }
    for (const [event, handler] of Object.entries(this.#handlers)) this.#socket.on(event, handler);
    if (!this.#socket.connected && !this.#socket.active) this.#socket.connect();
  }

  send<Event extends ClientEventName>(event: Event, payload: ClientInput<Event>): void {
    // Socket.IO would keep it and send it, stale, after the next connect.
    if (this.#socket.connected) this.#socket.emit(event, payload);
  }

  request<Event extends ClientEventName>(event: Event, payload: ClientInput<Event>, timeoutMs: number): Promise<Reply<Event>> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        reject(new SignalingError("TIMEOUT", `The signaling server ${why}.`, { retryable: true }));
      };
      if (!this.#socket.connected) fail("is not connected");
      else {
        this.#socket.timeout(timeoutMs).emit(event, payload, (timedOut: unknown, reply: Reply<Event>) => {
          if (timedOut == null) resolve(reply);
          else fail(`did not answer "${event}" within ${String(timeoutMs)} ms`);
        });
      }
    });
  }

  close(): void {
    this.#stopReconnect?.();
    for (const [event, handler] of Object.entries(this.#handlers)) this.#socket.off(event, handler);
  }
}
