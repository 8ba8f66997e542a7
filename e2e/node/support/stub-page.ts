import { vi } from "vitest";

type Listener = (event: Event) => void;

/** The part of a browser's global object that reports the lifecycle of its page. */
export class StubPage {
  readonly document = { visibilityState: "visible" };
  readonly #target = new EventTarget();
  readonly #listeners = new Map<Listener, string>();

  /** Makes this process look like a page, until `vi.unstubAllGlobals`. */
  install(): void {
    vi.stubGlobal("document", this.document);
    vi.stubGlobal("addEventListener", (type: string, listener: Listener, options: { capture: boolean }) => {
      this.#listeners.set(listener, type);
      this.#target.addEventListener(type, listener, options);
    });
    vi.stubGlobal("removeEventListener", (type: string, listener: Listener, options: { capture: boolean }) => {
      this.#listeners.delete(listener);
      this.#target.removeEventListener(type, listener, options);
    });
  }

  /** The types of all events that have a listener. */
  get listenedTo(): string[] {
    return [...this.#listeners.values()].sort();
  }

  dispatch(type: string, fields: object = {}): void {
    this.#target.dispatchEvent(Object.assign(new Event(type), fields));
  }

  show(visibilityState: "visible" | "hidden"): void {
    this.document.visibilityState = visibilityState;
    this.dispatch("visibilitychange");
  }
}
