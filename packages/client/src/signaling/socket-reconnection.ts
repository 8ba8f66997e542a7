import type { Settings } from "../options.js";
import { backoff } from "./backoff.js";
import { isIdle, sharedBy, type Socket } from "./socket-io.js";

/** A server that turned the connection away on purpose is not asked again at once. */
const afterRefusalMs = 1000;
/** An attempt that was begun so recently is left to itself. */
const freshMs = 1000;

/**
 * Brings a Socket.IO socket back for as long as it takes, also where Socket.IO does not: where its own reconnection is
 * switched off or has given up, and after the server cut the connection off. What the app itself disconnected stays so.
 */
export class SocketReconnection {
  readonly #socket: Socket;
  readonly #settings: Pick<Settings, "clock" | "recovery">;
  #attempts = 0;
  #stopTimer: (() => void) | undefined;
  /** Whether it was the server that made the socket inactive. */
  #refused = false;
  #buried = false;

  constructor(socket: Socket, settings: Pick<Settings, "clock" | "recovery">) {
    this.#socket = socket;
    this.#settings = settings;
  }

  start(): void {
    if (this.#socket.connected) return;
    if (!this.#socket.active) this.#socket.connect();
    this.#schedule();
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** The socket is connected. */
  connected(): void {
    this.stop();
    this.#attempts = 0;
    this.#refused = false;
    sharedBy(this.#socket).hurriedAt = undefined;
  }

  /** The socket was connected and is not any more. */
  lost(reason: unknown): void {
    this.stop();
    if (reason === "io client disconnect") return;
    this.#refused = reason === "io server disconnect";
    // Not in the midst of Socket.IO's own clearing up: it would plan an attempt beside ours.
    if (this.#buried) this.#after(0, () => this.hurry());
    else this.#schedule();
    this.#buried = false;
  }

  /** An attempt came to nothing. What Socket.IO says of a server's refusal has `data`, if only undefined. */
  failed(error: Error): void {
    sharedBy(this.#socket).hurriedAt = undefined;
    this.#refused = !this.#socket.active && "data" in error;
    this.#schedule();
  }

  /**
   * Tries at once. Socket.IO's `connect` does nothing while it waits for its next attempt; `disconnect` before it ends the
   * wait, and is heard by nobody on a socket that is not connected. Where other namespaces use the same connection, the
   * wait is theirs and goes on.
   */
  hurry(): void {
    const socket = this.#socket;
    const { clock } = this.#settings;
    const common = sharedBy(socket);
    const isFresh = common.hurriedAt !== undefined && clock.now() - common.hurriedAt < freshMs;
    if (socket.connected || !this.#isWanted || isFresh || this.#isGreeting) return;
    common.hurriedAt = clock.now();
    socket.disconnect();
    socket.connect();
    this.#schedule();
  }

  /** The connection does not answer, though Socket.IO believes in it. */
  bury(): void {
    this.#buried = true;
    this.#socket.io?.engine?.close?.();
  }

  /** What is not active was disconnected by the app, unless we know better. */
  get #isWanted(): boolean {
    return this.#socket.active || this.#refused;
  }

  /** Whether the connection stands and the namespace is asked for: a server closes connections that ask twice. */
  get #isGreeting(): boolean {
    return this.#socket.active && this.#socket.io?.engine?.readyState === "open";
  }

  #schedule(): void {
    const wait = backoff(this.#attempts++, this.#settings.recovery);
    this.#after(this.#refused ? afterRefusalMs + wait : wait, () => {
      this.#retry();
    });
  }

  #retry(): void {
    if (this.#socket.connected || !this.#isWanted) return;
    // Where an attempt is under way or planned, Socket.IO's own guard makes nothing of this.
    if (isIdle(this.#socket)) this.#socket.connect();
    this.#schedule();
  }

  #after(ms: number, run: () => void): void {
    this.stop();
    this.#stopTimer = this.#settings.clock.after(ms, run);
  }
}
