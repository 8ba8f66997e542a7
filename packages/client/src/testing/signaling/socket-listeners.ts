export type Listener = (...args: never[]) => void;

/** The listeners of a socket, as Socket.IO's emitter keeps them. */
export class SocketListeners {
  readonly #listeners = new Map<string, Set<Listener>>();

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

  /** Removes one listener of an event, or all of them. */
  off(event: string, listener?: Listener): this {
    if (listener === undefined) this.#listeners.delete(event);
    else this.#listeners.get(event)?.delete(listener);
    return this;
  }

  listeners(event: string): Listener[] {
    return [...(this.#listeners.get(event) ?? [])];
  }

  /** The number of listeners of all events: for tests that look for leaks. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((total, { size }) => total + size, 0);
  }

  protected fire(event: string, ...args: unknown[]): void {
    for (const listener of this.listeners(event)) listener(...(args as never[]));
  }
}
