import { type ClientEventName, type Reply } from "@sig/protocol";
import { rejections } from "../rejections.js";
import { type Socket } from "../socket-io.js";
import { type UpgradeRequest } from "./device-options.js";

type Listener = (...args: unknown[]) => void;

/**
 * A device as the signaling sees it: a socket like any other. The application's functions receive it as `socket`;
 * unlike a socket of Socket.IO it has no `handshake`, but it has the `request`.
 */
export class DeviceSocket implements Socket {
  readonly id: string;
  /** The HTTP request that the device connected with. */
  readonly request: UpgradeRequest;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #onEvent: (event: string, payload: unknown) => void;
  readonly #onDisconnect: () => void;
  readonly #eventPrefix: string;
  #connected = true;

  /**
   * @param onEvent called with what the signaling sends
   * @param onDisconnect called when the signaling disconnects the socket
   * @param eventPrefix what the signaling puts before its names; the device knows nothing of it
   */
  constructor(
    id: string,
    request: UpgradeRequest,
    onEvent: (event: string, payload: unknown) => void,
    onDisconnect: () => void,
    eventPrefix = "",
  ) {
    this.id = id;
    this.request = request;
    this.#onEvent = onEvent;
    this.#onDisconnect = onDisconnect;
    this.#eventPrefix = eventPrefix;
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

  /** Sends an event from the signaling to the device. */
  emit(event: string, payload: unknown): void {
    if (this.#connected) this.#onEvent(event.slice(this.#eventPrefix.length), payload);
  }

  /** Sends an event from the device to the signaling, which replies to each. */
  send<Event extends ClientEventName>(event: Event, payload: unknown, onReply: (reply: Reply<Event>) => void): void {
    if (!this.#connected) return;
    const name = this.#eventPrefix + event;
    // A service that has closed has no listeners.
    if ((this.#listeners.get(name)?.size ?? 0) === 0) onReply(rejections.closing);
    else this.#callListeners(name, payload, onReply);
  }

  disconnect(): void {
    if (this.#connected) this.#onDisconnect();
    this.end();
  }

  /**
   * The connection of the device has ended.
   *
   * @param cause `flood` and `slow-reader` are reported as such
   */
  end(cause?: string): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#callListeners("disconnect", cause);
  }

  #callListeners(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }
}
