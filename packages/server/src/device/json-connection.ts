import { rejection, type Rejection } from "@sig/protocol";
import { type WebSocket } from "ws";
import { type Clock } from "../clock.js";
import { defaultRateLimit } from "../rate-limit.js";
import { RateLimiter } from "../rate-limiter.js";
import { readJson } from "./read-json.js";

/** The code of the close frame that a device receives. */
export const closeCodes = {
  /** The device has left. */
  left: 1000,
  /** The server goes away; the device may come back. */
  goingAway: 1001,
  badText: 1007,
  /** Rejected for good: the same request would be rejected again. */
  rejected: 1008,
  /** The server is about to stop; the device comes back on another one. */
  moved: 1012,
  /** Rejected for now. */
  tryAgainLater: 1013,
  /** Another connection has joined with the key of this one. */
  replaced: 4000,
} as const;

export interface ConnectionSettings {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxQueuedBytes: number;
  readonly clock: Clock;
}

export interface ConnectionListener {
  /** Called with the value of each JSON text. */
  onValue(value: unknown): void;
  /** Called with the rejection of a frame that cannot be read. */
  onUnreadable(rejection: Rejection): void;
  /**
   * Called once, when the connection ends by itself: `clean` if the device closed it to leave, `cause` if it was cut
   * off for no answer to a ping, for reading too slowly or for too many control frames.
   */
  onEnd(how: { readonly clean: boolean; readonly cause?: "ping timeout" | "slow-reader" | "flood" }): void;
}

/** Codes of close frames by which a device leaves; 1005 stands for a close frame without a code. */
const cleanCodes = new Set<number>([closeCodes.left, closeCodes.goingAway, 1005]);

const notUtf8 = rejection("BAD_PAYLOAD", "A message must be UTF-8.");
const notJson = rejection("BAD_PAYLOAD", "A message must be JSON.");

/** JSON texts over one WebSocket. It ends if pings are not answered, and if too many bytes wait to be sent. */
export class JsonConnection {
  readonly #socket: WebSocket;
  readonly #settings: ConnectionSettings;
  readonly #listener: ConnectionListener;
  /** For pings and pongs, which the signaling never sees: an honest device sends one every few seconds. */
  readonly #rate = new RateLimiter(defaultRateLimit);
  #cancelTimer = (): void => undefined;
  #ended = false;

  constructor(socket: WebSocket, settings: ConnectionSettings, listener: ConnectionListener) {
    this.#socket = socket;
    this.#settings = settings;
    this.#listener = listener;
    socket.on("message", (data: Buffer, isBinary: boolean) => this.#onMessage(data, isBinary));
    socket.on("ping", (data: Buffer) => this.#onControlFrame(data));
    socket.on("pong", () => this.#onControlFrame());
    // Emitted for frames that are invalid or too large. ws sends the close frame, and "close" follows.
    socket.on("error", () => undefined);
    socket.on("close", (code: number) => this.#end({ clean: cleanCodes.has(code) }));
    this.#restartTimer();
  }

  send(value: unknown): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(value));
    this.#boundQueue();
  }

  /** Closes the connection; the listener is not called any more. */
  close(code: number): void {
    this.#ended = true;
    this.#cancelTimer();
    this.#socket.close(code);
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#ended) return;
    this.#restartTimer();
    // Programs in C send text as bytes, too.
    const read = readJson(data);
    if (read.ok) {
      this.#listener.onValue(read.value);
      return;
    }
    this.#listener.onUnreadable(read.isUtf8 ? notJson : notUtf8);
    if (read.isUtf8 || isBinary) return;
    // RFC 6455 section 8.1: a connection whose text is not UTF-8 is failed.
    this.#end({ clean: false });
    this.#socket.close(closeCodes.badText);
  }

  #onControlFrame(toAnswer?: Buffer): void {
    if (this.#ended) return;
    if (!this.#rate.take(this.#settings.clock.now())) {
      this.#end({ clean: false, cause: "flood" });
      this.#socket.close(closeCodes.rejected);
      return;
    }
    this.#restartTimer();
    if (toAnswer === undefined) return;
    this.#socket.pong(toAnswer);
    this.#boundQueue();
  }

  /**
   * Called after everything that is sent: a device that does not read, but goes on pinging, would fill the memory with
   * answers.
   */
  #boundQueue(): void {
    if (this.#socket.bufferedAmount > this.#settings.maxQueuedBytes) this.#cutOff("slow-reader");
  }

  /** Every frame shows that the device is alive; a device that lost its power sends nothing, not even a close frame. */
  #restartTimer(): void {
    if (this.#ended) return;
    this.#startTimer(this.#settings.pingIntervalMs, () => this.#ping());
  }

  #ping(): void {
    this.#socket.ping();
    const cancel = this.#startTimer(this.#settings.pingTimeoutMs, () => {
      // If this process was blocked, the answer may have arrived in time and wait to be read: that happens before an
      // immediate.
      setImmediate(() => {
        if (this.#cancelTimer === cancel) this.#cutOff("ping timeout");
      });
    });
  }

  /** Replaces the timer that runs. The function that it returns is a new one each time. */
  #startTimer(ms: number, run: () => void): () => void {
    this.#cancelTimer();
    const cancel = this.#settings.clock.after(ms, run);
    this.#cancelTimer = () => cancel();
    return this.#cancelTimer;
  }

  #cutOff(cause: "ping timeout" | "slow-reader"): void {
    this.#end({ clean: false, cause });
    this.#socket.terminate();
  }

  #end(how: Parameters<ConnectionListener["onEnd"]>[0]): void {
    this.#cancelTimer();
    if (this.#ended) return;
    this.#ended = true;
    this.#listener.onEnd(how);
  }
}
