type Listener = ((event: never) => void) | { handleEvent(event: never): void };

interface ListenerOptions {
  readonly once?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * An `EventTarget` with `on…` properties and plain objects as events. It costs a fraction of a real one, which matters
 * in tests that make thousands of connections.
 */
export class FakeEventTarget {
  readonly #listeners = new Map<string, Map<Listener, boolean>>();

  addEventListener(type: string, listener: Listener | null, options: boolean | ListenerOptions = {}): void {
    if (listener === null) return;
    const { once = false, signal } = typeof options === "boolean" ? {} : options;
    if (signal?.aborted === true) return;
    const listeners = this.#listeners.get(type) ?? new Map<Listener, boolean>();
    this.#listeners.set(type, listeners);
    if (!listeners.has(listener)) listeners.set(listener, once);
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener));
  }

  removeEventListener(type: string, listener: Listener | null): void {
    if (listener !== null) this.#listeners.get(type)?.delete(listener);
  }

  /**
   * Calls the `on…` property, then the listeners. An error is reported as in a browser, and the other listeners still
   * run.
   */
  dispatchEvent(event: { readonly type: string }): boolean {
    const { type } = event;
    const property = (this as unknown as Record<string, unknown>)[`on${type}`];
    if (typeof property !== "function" && !this.#listeners.has(type)) return true;
    const full = { target: this, currentTarget: this, ...event };
    if (typeof property === "function") guard(() => void property.call(this, full));
    const listeners = this.#listeners.get(type);
    if (listeners === undefined) return true;
    for (const [listener, once] of [...listeners]) {
      if (!listeners.has(listener)) continue;
      if (once) listeners.delete(listener);
      guard(() => {
        if (typeof listener === "function") listener.call(this, full as never);
        else listener.handleEvent(full as never);
      });
    }
    return true;
  }
}

function guard(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (typeof globalThis.reportError === "function") globalThis.reportError(error);
    else {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
