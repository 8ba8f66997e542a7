import { refusal, type Refusal } from "@sig/protocol";
import { type WebSocket } from "ws";
import { defaultRateLimit, RateLimiter } from "../rate-limiter.js";

/** Why a connection is closed, as the device reads it in the close frame. */
export const closeCodes = {
  /** The device has left. */
  left: 1000,
  /** The server goes away; the device may come again. */
  goingAway: 1001,
  badText: 1007,
  /** Refused for good: the same would be refused again. */
  refused: 1008,
  /** Refused for now. */
  tryAgainLater: 1013,
  /** Another connection has joined with the key of this one. */
  replaced: 4000,
} as const;

export interface ConnectionClocks {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxQueuedBytes: number;
}

export interface ConnectionListener {
  /** A text that was JSON. */
  received(value: unknown): void;
  /** What cannot be read is to be refused. */
  unreadable(refused: Refusal): void;
  /** It is gone, by whoever's doing; told once. */
  gone(how: { readonly clean: boolean; readonly why?: "silent" | "slow" | "flood" }): void;
}

/** Close frames by which a device says that it leaves; 1005 stands for one without a code. */
const goodbyes = new Set<number>([closeCodes.left, closeCodes.goingAway, 1005]);

const decoder = new TextDecoder("utf-8", { fatal: true });
const notText = refusal("BAD_PAYLOAD", "A message must be a text frame.");
const notUtf8 = refusal("BAD_PAYLOAD", "A message must be UTF-8.");
const notJson = refusal("BAD_PAYLOAD", "A message must be JSON.");

/** JSON texts over one WebSocket, which ends when nothing is heard any more or when too much waits to be sent. */
export class JsonConnection {
  readonly #socket: WebSocket;
  readonly #clocks: ConnectionClocks;
  readonly #listener: ConnectionListener;
  /** For pings and pongs, of which the signaling knows nothing: an honest device sends one in some seconds. */
  readonly #rate = new RateLimiter(defaultRateLimit, () => 0);
  #timer: NodeJS.Timeout | undefined;
  #gone = false;

  constructor(socket: WebSocket, clocks: ConnectionClocks, listener: ConnectionListener) {
    this.#socket = socket;
    this.#clocks = clocks;
    this.#listener = listener;
    socket.on("message", (data: Buffer, isBinary: boolean) => this.#read(data, isBinary));
    socket.on("ping", (data: Buffer) => this.#heardControl(data));
    socket.on("pong", () => this.#heardControl());
    // What is not WebSocket at all, or too large: the close frame says so, and "close" follows.
    socket.on("error", () => undefined);
    socket.on("close", (code: number) => this.#end({ clean: goodbyes.has(code) }));
    this.#heard();
  }

  send(value: unknown): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(value));
    this.#boundQueue();
  }

  /** Says no more and hears no more. */
  close(code: number): void {
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#socket.close(code);
  }

  #read(data: Buffer, isBinary: boolean): void {
    if (this.#gone) return;
    this.#heard();
    if (isBinary) {
      this.#listener.unreadable(notText);
      return;
    }
    let text: string;
    try {
      text = decoder.decode(data);
    } catch {
      this.#listener.unreadable(notUtf8);
      // RFC 6455 section 8.1: such a connection is failed.
      this.#end({ clean: false });
      this.#socket.close(closeCodes.badText);
      return;
    }
    const value = parseJson(text);
    if (value === undefined) this.#listener.unreadable(notJson);
    else this.#listener.received(value);
  }

  /** Whatever is heard is a sign of life; a device that has lost its power sends nothing, not even that it goes. */
  #heard(): void {
    if (this.#gone) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), this.#clocks.pingIntervalMs);
    this.#timer.unref();
  }

  #heardControl(toAnswer?: Buffer): void {
    if (this.#gone) return;
    if (!this.#rate.take(performance.now())) {
      this.#end({ clean: false, why: "flood" });
      this.#socket.close(closeCodes.refused);
      return;
    }
    this.#heard();
    if (toAnswer === undefined) return;
    this.#socket.pong(toAnswer);
    this.#boundQueue();
  }

  /** After all that is sent: who does not read, but goes on asking, would fill the memory with answers. */
  #boundQueue(): void {
    if (this.#socket.bufferedAmount > this.#clocks.maxQueuedBytes) this.#cutOff("slow");
  }

  #ask(): void {
    this.#socket.ping();
    const waiting = setTimeout(() => {
      // Where this process stood still, the answer may have come in time and not been read yet: that is done before an immediate.
      setImmediate(() => {
        if (this.#timer === waiting) this.#cutOff("silent");
      });
    }, this.#clocks.pingTimeoutMs);
    this.#timer = waiting;
    this.#timer.unref();
  }

  #cutOff(why: "silent" | "slow"): void {
    this.#end({ clean: false, why });
    this.#socket.terminate();
  }

  #end(how: Parameters<ConnectionListener["gone"]>[0]): void {
    clearTimeout(this.#timer);
    if (this.#gone) return;
    this.#gone = true;
    this.#listener.gone(how);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
