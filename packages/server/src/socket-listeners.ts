import { type Socket } from "./socket-io.js";

export type SocketListener = readonly [event: string, listener: (...args: unknown[]) => void];

/** The listeners of this library on one socket, where the application has its own. */
export class SocketListeners {
  readonly #socket: Socket;
  readonly #listeners: readonly SocketListener[];

  constructor(socket: Socket, listeners: readonly SocketListener[]) {
    this.#socket = socket;
    this.#listeners = listeners;
    for (const [event, listener] of listeners) socket.on(event, listener);
  }

  /** Adds those again that the application has removed with its own, by `removeAllListeners` say. */
  restore(): void {
    for (const [event, listener] of this.#listeners)
      if (this.#socket.listeners?.(event).includes(listener) === false) this.#socket.on(event, listener);
  }

  remove(): void {
    for (const [event, listener] of this.#listeners) this.#socket.off(event, listener);
  }
}
