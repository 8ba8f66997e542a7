import type { Socket } from "../../src/signaling/socket-io.js";

type Ack = (error: unknown, reply?: unknown) => void;

/** A socket that does nothing by itself: it records the calls, and a test fires its events. */
export class RecordedSocket implements Socket {
  connected = false;
  active = false;
  readonly engine = { readyState: "closed", close: (): void => void this.calls.push("close engine") };
  /** Of the manager, for events of all its sockets. */
  readonly watchers = new Map<string, Set<() => void>>();
  io: Socket["io"] = {
    engine: this.engine,
    on: (event, listener) => this.watchers.set(event, (this.watchers.get(event) ?? new Set()).add(listener)),
    off: (event, listener) => this.watchers.get(event)?.delete(listener),
  };
  readonly calls: string[] = [];
  readonly sent: { event: string; payload: unknown; timeoutMs?: number; ack?: Ack }[] = [];
  readonly #listeners = new Map<string, Set<(arg?: unknown) => void>>();

  /** The names of the events that somebody listens to. */
  get listened(): string[] {
    return [...this.#listeners].filter(([, listeners]) => listeners.size > 0).map(([event]) => event);
  }

  listeners(event: string): readonly unknown[] {
    return [...(this.#listeners.get(event) ?? [])];
  }

  /** Removes the listeners of everybody, as an application may. */
  removeAll(event: string): void {
    this.#listeners.delete(event);
  }

  on(event: string, listener: (arg?: unknown) => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: (arg?: unknown) => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  connect(): void {
    this.calls.push("connect");
  }

  disconnect(): void {
    this.calls.push("disconnect");
  }

  emit(event: string, payload: unknown): void {
    this.sent.push({ event, payload });
  }

  timeout(timeoutMs: number): { emit(event: string, payload: unknown, ack: Ack): void } {
    return { emit: (event, payload, ack) => void this.sent.push({ event, payload, timeoutMs, ack }) };
  }

  fire(event: string, arg?: unknown): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(arg);
  }

  /** Answers what was sent last. */
  reply(reply: unknown): void {
    this.sent.at(-1)?.ack?.(null, reply);
  }
}
