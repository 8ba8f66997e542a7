import type { Logger } from "./options.js";

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
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        (listener as Listener<Events[Event]>)(...args);
      } catch (error) {
        this.#report(event, error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }

  /** In a browser a listener's mistake is seen where any other is: in the console and in `window.onerror`. */
  #report(event: keyof Events, error: unknown): void {
    this.#logger?.error("A listener threw", { event: String(event), error });
    if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  }
}
