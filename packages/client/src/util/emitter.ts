import type { Logger } from "../options.js";

type Listener<Args extends readonly unknown[]> = (...args: Args) => void;

/** Event name -> arguments of its listeners. */
type EventMap<Events> = { [Event in keyof Events]: readonly unknown[] };

/** What `once` resolves with: the only argument, or all of them. */
export type OnceResult<Args extends readonly unknown[]> = Args extends readonly [infer Only] ? Only : Args;

/** A typed emitter in which a listener that throws disturbs neither the others nor the emitter. */
export class Emitter<Events extends EventMap<Events>> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();
  readonly #logger: Logger | undefined;

  constructor(logger?: Logger) {
    this.#logger = logger;
  }

  /** Adds a listener and returns what removes it. */
  on<Event extends keyof Events>(event: Event, listener: Listener<Events[Event]>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      this.off(event, listener);
    };
  }

  off<Event extends keyof Events>(event: Event, listener: Listener<Events[Event]>): void {
    this.#listeners.get(event)?.delete(listener);
  }

  once<Event extends keyof Events>(event: Event): Promise<OnceResult<Events[Event]>> {
    return new Promise((resolve) => {
      const off = this.on(event, (...args) => {
        off();
        resolve((args.length === 1 ? args[0] : args) as OnceResult<Events[Event]>);
      });
    });
  }

  emit<Event extends keyof Events>(event: Event, ...args: Events[Event]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])])
      this.guard(String(event), () => (listener as Listener<Events[Event]>)(...args));
  }

  /** Calls what is the app's. A mistake in it is seen where any other is, in a browser's console and `window.onerror`, and goes no further. */
  guard<Result>(where: string, call: () => Result): Result | undefined {
    try {
      return call();
    } catch (error) {
      this.#logger?.error("A listener threw", { event: where, error });
      if (typeof globalThis.reportError === "function") globalThis.reportError(error);
      return undefined;
    }
  }
}
