import { isIdle, type Socket } from "./socket-io.js";
import { sharedBy } from "./shared-socket.js";
import { RetryTimer } from "./retry-timer.js";
import { reconnectIntervalMs, rejectedReconnectMs } from "../negotiation/time-constants.js";
import type { Settings } from "../options.js";
import type { Clock } from "../util/clock.js";

/**
 * Reconnects a Socket.IO socket for as long as it takes, also where Socket.IO does not: with its own reconnection
 * switched off or given up, and after the server ended the connection. A socket that the application disconnected stays
 * so.
 */
export class SocketReconnection {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #timer: RetryTimer;
  /** Whether the server made the socket inactive. */
  #rejected = false;
  #replacing = false;

  constructor(socket: Socket, settings: Pick<Settings, "clock" | "recovery">) {
    this.#socket = socket;
    this.#clock = settings.clock;
    this.#timer = new RetryTimer(settings);
  }

  start(): void {
    if (this.#socket.connected) return;
    if (!this.#socket.active) this.#socket.connect();
    this.#schedule();
  }

  stop(): void {
    this.#timer.cancel();
  }

  /** The socket is connected. */
  connected(): void {
    this.#timer.succeeded();
    this.#rejected = false;
    sharedBy(this.#socket).connectingSince = undefined;
  }

  /** The socket has lost its connection. */
  lost(reason: unknown): void {
    this.stop();
    if (reason === "io client disconnect") return;
    this.#rejected = reason === "io server disconnect";
    // Not while Socket.IO is still cleaning up: it would schedule an attempt beside ours.
    if (this.#replacing) this.#timer.after(0, () => this.connectNow());
    else this.#schedule();
    this.#replacing = false;
  }

  /** An attempt failed. Where the server rejected it, Socket.IO's error has `data`, if only undefined. */
  failed(error: Error): void {
    sharedBy(this.#socket).connectingSince = undefined;
    this.#rejected = !this.#socket.active && "data" in error;
    this.#schedule();
  }

  /**
   * Connects now. Socket.IO's `connect` does nothing while it waits for its next attempt; `disconnect` ends the wait
   * and emits nothing on a socket that is not connected. Where other namespaces use the same connection, the wait goes
   * on.
   */
  connectNow(): void {
    const socket = this.#socket;
    const common = sharedBy(socket);
    const isFresh =
      common.connectingSince !== undefined && this.#clock.now() - common.connectingSince < reconnectIntervalMs;
    if (socket.connected || !this.#isWanted || isFresh || this.#isConnectingNamespace) return;
    common.connectingSince = this.#clock.now();
    socket.disconnect();
    socket.connect();
    this.#schedule();
  }

  /** Closes a connection that is of no use, though Socket.IO takes it for connected, and connects at once. */
  replace(): void {
    this.#replacing = true;
    this.#socket.io?.engine?.close?.();
  }

  /** An inactive socket was disconnected by the application, unless the server did it. */
  get #isWanted(): boolean {
    return this.#socket.active || this.#rejected;
  }

  /** Whether the connection is open and the namespace requested: a server closes connections that request it twice. */
  get #isConnectingNamespace(): boolean {
    return this.#socket.active && this.#socket.io?.engine?.readyState === "open";
  }

  #schedule(): void {
    this.#timer.schedule(() => this.#retry(), this.#rejected ? rejectedReconnectMs : 0);
  }

  #retry(): void {
    if (this.#socket.connected || !this.#isWanted) return;
    // Where an attempt is under way or scheduled, Socket.IO's own guard ignores this.
    if (isIdle(this.#socket)) this.#socket.connect();
    this.#schedule();
  }
}
