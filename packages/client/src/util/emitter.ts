import { SignalingError } from "../errors.js";
import type { Logger } from "./logger.js";
import type { NotificationQueue } from "./notification-queue.js";

export interface OnceOptions {
  /** Rejects with `ABORTED` when it is aborted. */
  signal?: AbortSignal;
}

type Listener<Args extends readonly unknown[]> = (...args: Args) => void;

/** Event name -> arguments of its listeners. */
type EventMap<Events> = { [Event in keyof Events]: readonly unknown[] };

/** What `once` resolves with: the only argument, or all of them. */
export type OnceResult<Args extends readonly unknown[]> = Args extends readonly [infer Only] ? Only : Args;

/** A typed emitter. A listener that throws or rejects disturbs neither the others nor the emitter. */
export class Emitter<Events extends EventMap<Events>> {
  /** Keeps the state of Vue, and of what is built on it, from making a proxy, on which no private member works. */
  readonly [Symbol.toStringTag] = "Emitter";
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();
  readonly #queue: NotificationQueue;
  readonly #logger: Logger | undefined;
  /** Ends each `once` that still waits. */
  readonly #waiting = new Set<() => void>();

  /** Emitters that share a queue notify in one order. */
  constructor(queue: NotificationQueue, logger?: Logger) {
    this.#queue = queue;
    this.#logger = logger;
  }

  /** Adds a listener and returns a function that removes it. */
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

  once<Event extends keyof Events>(event: Event, { signal }: OnceOptions = {}): Promise<OnceResult<Events[Event]>> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        off();
        this.#waiting.delete(abort);
        signal?.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        end();
        reject(new SignalingError("ABORTED", `once("${String(event)}") was canceled.`, { cause: signal?.reason }));
      };
      const off = this.on(event, (...args) => {
        end();
        resolve((args.length === 1 ? args[0] : args) as OnceResult<Events[Event]>);
      });
      this.#waiting.add(abort);
      signal?.addEventListener("abort", abort);
      if (signal?.aborted === true) abort();
    });
  }

  /** Rejects each `once` that now waits, after everything that was emitted before. */
  abortWaiting(): void {
    for (const abort of this.#waiting) this.#queue.add(abort);
  }

  /** Notifies those who listen now, once the running code has ended; whoever stops listening before is left out. */
  emit<Event extends keyof Events>(event: Event, ...args: Events[Event]): void {
    const listeners = this.#listeners.get(event);
    for (const listener of listeners ?? []) {
      this.#queue.add(() => {
        if (listeners?.has(listener)) this.guard(String(event), () => (listener as Listener<Events[Event]>)(...args));
      });
    }
  }

  /**
   * Calls a function of the application. Its error is reported as that of any event listener is, in the console and by
   * `window.onerror`, and goes no further. Where nothing reports errors it goes to the logger, or to the console.
   */
  guard<Result>(where: string, call: () => Result): Result | undefined {
    try {
      const result = call();
      // A promise of any library or realm.
      if (typeof (result as Partial<PromiseLike<unknown>> | undefined)?.then === "function")
        Promise.resolve(result).catch((error: unknown) => this.#report("A listener rejected", where, error));
      return result;
    } catch (error) {
      this.#report("A listener threw", where, error);
      return undefined;
    }
  }

  #report(message: string, event: string, error: unknown): void {
    try {
      this.#logger?.error(message, { event, error });
    } catch {
      // A logger that throws must not keep the other listeners from being notified.
    }
    if (typeof globalThis.reportError === "function") globalThis.reportError(error);
    // eslint-disable-next-line no-console -- an error that nothing else reports must not vanish
    else if (this.#logger === undefined) console.error(error);
  }
}
