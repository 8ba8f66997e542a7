/**
 * Delivers notifications one after another, in a microtask, once the code that caused them has run to its end. A
 * listener may therefore do anything: it never runs in the middle of a change of state, and all listeners see events
 * in the order in which they were decided.
 */
export class NotificationQueue {
  #pending: (() => void)[] = [];

  /** `deliver` must not throw. */
  add(deliver: () => void): void {
    if (this.#pending.push(deliver) === 1) void Promise.resolve().then(() => this.#flush());
  }

  #flush(): void {
    // The loop also delivers what listeners cause meanwhile.
    for (const deliver of this.#pending) deliver();
    this.#pending = [];
  }
}
