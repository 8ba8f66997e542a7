import type { Socket } from "@sig/server";

type Listener = (...args: unknown[]) => void;
let made = 0;

/** A socket as the server sees it, without a transport. It records what the client receives. */
export class ServerSocket implements Socket {
  readonly id = `socket-${String(++made)}`;
  readonly received: { readonly event: string; readonly payload: unknown }[] = [];
  connected = true;
  readonly #listeners = new Map<string, Set<Listener>>();

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(event: string, payload?: unknown): void {
    this.received.push({ event, payload });
  }

  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    this.send("disconnect", "transport close");
  }

  /** Sends as the client. */
  send(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }
}
