/** Emits events, as Node's emitters do. The application may have listeners of its own there. */
interface Emitter {
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  /** Absent: listeners that the application removes with its own are gone for good. */
  listeners?(event: string): readonly unknown[];
  /** The functions themselves that are called, with the emitter as `this`. */
  rawListeners?(event: string): readonly unknown[];
}

type Listener = (...args: unknown[]) => void;
type Listeners = readonly (readonly [event: string, listener: Listener])[];

/** A listener for all emitters of a kind: it finds what it needs of one of them by its `this`, the emitter. */
export type SharedListener<Kind> = readonly [event: string, listener: (this: Kind, ...args: unknown[]) => void];

/**
 * The listeners of this library on all emitters of a kind. Each emitter has the same functions: functions of its own
 * would be most of what a client that does nothing costs. Bound ones are for an emitter that does not call with itself
 * as `this`, and for one whose application wraps what is added, and may lose it.
 */
export class SharedListeners<Kind extends Emitter> {
  readonly #shared: Listeners;
  readonly #bound = new WeakMap<Kind, Listeners>();

  constructor(listeners: readonly SharedListener<Kind>[]) {
    this.#shared = listeners;
  }

  add(emitter: Kind): void {
    for (const [event, listener] of this.#shared) emitter.on(event, listener);
    if (this.#shared.every(([event, listener]) => emitter.rawListeners?.(event).includes(listener) === true)) return;
    this.remove(emitter);
    const bound = this.#shared.map(([event, listener]) => [event, listener.bind(emitter)] as const);
    this.#bound.set(emitter, bound);
    for (const [event, listener] of bound) emitter.on(event, listener);
  }

  /** Adds those again that the application has removed with its own, by `removeAllListeners` say. */
  restore(emitter: Kind): void {
    for (const [event, listener] of this.#of(emitter))
      if (emitter.listeners?.(event).includes(listener) === false) emitter.on(event, listener);
  }

  remove(emitter: Kind): void {
    for (const [event, listener] of this.#of(emitter)) emitter.off(event, listener);
  }

  #of(emitter: Kind): Listeners {
    return this.#bound.get(emitter) ?? this.#shared;
  }
}
