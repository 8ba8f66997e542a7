import { randomUUID } from "node:crypto";
import { type ClientEventName, type Reply } from "@sig/protocol";
import { refusals } from "../refusals.js";
import { type Socket } from "../socket-io.js";
import { type UpgradeRequest } from "./device-options.js";

type Listener = (...args: unknown[]) => void;

/**
 * A device as the signaling sees it: a socket like any other. The signaling's hooks are handed it as `socket`; unlike a socket of Socket.IO
 * it has no `handshake`, but the `request` it has as well.
 */
export class DeviceSocket implements Socket {
  readonly id = `device-${randomUUID()}`;
  /** The HTTP request that the device connected with. */
  readonly request: UpgradeRequest;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #hears: (event: string, payload: unknown) => void;
  readonly #ends: () => void;
  #connected = true;

  /**
   * @param hears is given what the signaling sends
   * @param ends is called when the signaling disconnects the socket
   */
  constructor(request: UpgradeRequest, hears: (event: string, payload: unknown) => void, ends: () => void) {
    this.request = request;
    this.#hears = hears;
    this.#ends = ends;
  }

  get connected(): boolean {
    return this.#connected;
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  /** What the signaling says to the device. */
  emit(event: string, payload: unknown): void {
    if (this.#connected) this.#hears(event, payload);
  }

  /** What the device says to the signaling, which answers each call. */
  say<Event extends ClientEventName>(event: Event, payload: unknown, answer: (reply: Reply<Event>) => void): void {
    if (!this.#connected) return;
    // A service that has closed listens no more.
    if ((this.#listeners.get(event)?.size ?? 0) === 0) answer(refusals.closing);
    else this.#call(event, payload, answer);
  }

  disconnect(): void {
    if (this.#connected) this.#ends();
    this.end();
  }

  /** The connection is gone. */
  end(): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#call("disconnect");
  }

  #call(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }
}
