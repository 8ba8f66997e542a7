import type { Namespace, Socket } from "@sig/server";
import type { SignalingMessage } from "../../src/testing/index.js";
import type { ServerEnd } from "../../src/testing/signaling/memory-socket.js";
import type { Frame } from "../../src/testing/signaling/memory-wire.js";

type Listener = (...args: unknown[]) => void;

/** A namespace of a server whose sockets are in memory. */
export class MemoryNamespace implements Namespace {
  readonly sockets = new Map<string, ServerSocket>();
  #onConnection: ((socket: Socket) => void) | undefined;

  on(_: "connection", listener: (socket: Socket) => void): void {
    this.#onConnection = listener;
  }

  off(): void {
    this.#onConnection = undefined;
  }

  /** Accepts a connection. Whatever arrives on it goes through `enter`, which may delay or drop it. */
  accept({ id, auth, send, disconnect, close, enter, observe }: MemoryConnection): ServerEnd {
    const socket = new ServerSocket(
      id,
      (event, payload) => {
        observe({ direction: "to-client", socket: id, event, payload });
        send({ event, payload });
      },
      disconnect,
      { auth: auth as Record<string, unknown> | undefined },
      close === undefined ? undefined : { close },
    );
    enter(() => {
      if (auth !== undefined) observe({ direction: "to-server", socket: id, event: "connect", payload: auth });
      this.sockets.set(id, socket);
      this.#onConnection?.(socket);
    });
    return {
      id,
      receive: ({ event, payload, ack }) => {
        enter(() => {
          if (!socket.connected) return;
          observe({ direction: "to-server", socket: id, event, payload });
          const args = payload === undefined ? [] : [payload];
          socket.fire(event, ...args, ...(ack === undefined ? [] : [replyBy(send, ack)]));
        });
      },
      closed: (byServer = false) => {
        enter(() => {
          if (!socket.connected) return;
          socket.connected = false;
          this.sockets.delete(id);
          socket.fire("disconnect", byServer ? "server namespace disconnect" : "transport close");
        });
      },
    };
  }
}

interface MemoryConnection {
  readonly id: string;
  /** What the client has sent with its request to connect. */
  readonly auth: unknown;
  /** Sends to the client. */
  readonly send: (frame: Frame) => void;
  /** Ends the connection on behalf of the server. */
  readonly disconnect: () => void;
  /** Closes the transport on behalf of the server; absent if there is none. */
  readonly close?: () => void;
  /** Runs what the connection makes the server do. */
  readonly enter: (run: () => void) => void;
  readonly observe: (message: SignalingMessage) => void;
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
    readonly conn: { readonly close: () => void } | undefined,
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

function replyBy(send: (frame: Frame) => void, ack: (reply: unknown) => void): (reply: unknown) => void {
  return (reply) => send({ event: "", payload: reply, ack });
}
