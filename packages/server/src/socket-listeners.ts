import { type Socket } from "./socket-io.js";

/** A listener for all sockets: what it needs of one of them is given as `this`. */
export type SharedListener<This> = readonly [event: string, listener: (this: This, ...args: unknown[]) => void];

/** The listeners of this library on one socket, where the application has its own. */
export class SocketListeners<This> {
  readonly #socket: Socket;
  readonly #shared: readonly SharedListener<This>[];
  /** In the same order. Bound: an application may wrap its listeners, and not keep Socket.IO's `this`. */
  readonly #bound: readonly ((...args: unknown[]) => void)[];

  constructor(socket: Socket, shared: readonly SharedListener<This>[], bindTo: This) {
    this.#socket = socket;
    this.#shared = shared;
    this.#bound = shared.map(([, listener]) => listener.bind(bindTo));
    this.#forEach((event, listener) => socket.on(event, listener));
  }

  /** Adds those again that the application has removed with its own, by `removeAllListeners` say. */
  restore(): void {
    this.#forEach((event, listener) => {
      if (this.#socket.listeners?.(event).includes(listener) === false) this.#socket.on(event, listener);
    });
  }

  remove(): void {
    this.#forEach((event, listener) => this.#socket.off(event, listener));
  }

  #forEach(call: (event: string, listener: (...args: unknown[]) => void) => void): void {
    for (const [index, [event]] of this.#shared.entries()) {
      const listener = this.#bound[index];
      if (listener !== undefined) call(event, listener);
    }
  }
}
