type Listener = (event: { readonly type: string }) => void;

interface Global {
  addEventListener?: ((type: string, listener: Listener) => void) | undefined;
  removeEventListener?: ((type: string, listener: Listener) => void) | undefined;
}

/** What the client uses of the global object of a browser: events of the lifecycle of its page. */
export class PageWindow {
  static #current: PageWindow | undefined;
  readonly #listeners = new Map<string, Set<Listener>>();

  /** While `run` is under way, there is a global object with events. It is that of the page whose code runs. */
  static async during<Value>(run: () => Promise<Value>): Promise<Value> {
    const page = globalThis as Global;
    const { addEventListener, removeEventListener } = page;
    const owners = new Map<Listener, PageWindow>();
    page.addEventListener = (type, listener) => {
      const owner = PageWindow.#current;
      if (owner === undefined) return;
      owners.set(listener, owner);
      owner.#of(type).add(listener);
    };
    page.removeEventListener = (type, listener) => {
      const owner = owners.get(listener);
      if (owner !== undefined) owner.#of(type).delete(listener);
    };
    try {
      return await run();
    } finally {
      Object.assign(page, { addEventListener, removeEventListener });
    }
  }

  /** Runs code of this page. */
  run(code: () => void): void {
    PageWindow.#current = this;
    try {
      code();
    } finally {
      PageWindow.#current = undefined;
    }
  }

  fire(type: string): void {
    for (const listener of [...this.#of(type)]) listener({ type });
  }

  #of(type: string): Set<Listener> {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    return listeners;
  }
}
