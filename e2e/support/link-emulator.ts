import type { Socket } from "node:net";

/** How a proxy treats one TCP connection. Times in milliseconds. */
export interface LinkConditions {
  /** Delay each way. */
  readonly latencyMs?: number;
  /** The delay varies by up to this much, up or down. Bytes stay in order, as in TCP. */
  readonly jitterMs?: number;
  /** Each way. */
  readonly bytesPerSecond?: number;
  /** 0 to 1: the share of chunks that are lost once. TCP resends them later, and everything behind them waits. */
  readonly loss?: number;
}

interface Chunk {
  /** Undefined is the end of the stream. */
  readonly bytes: Buffer | undefined;
  readonly due: number;
}

/**
 * How long TCP waits before it resends: at least 200 ms on Linux (RFC 6298 asks for more), and more than a round trip.
 */
const retransmitMs = (latencyMs: number): number => Math.max(200, 3 * latencyMs);

/** A slow link delivers its bytes in slices, as packets would. */
const sliceBytes = 1024;

/**
 * One direction of one TCP connection: reads from one socket and writes to the other, later if the conditions ask for
 * it.
 */
export class LinkEmulator {
  readonly #to: Socket;
  readonly #conditions: () => LinkConditions;
  readonly #queue: Chunk[] = [];
  #held = false;
  #busyUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, conditions: () => LinkConditions) {
    this.#to = to;
    this.#conditions = conditions;
    from.on("data", (bytes) => {
      this.#queueBytes(bytes);
    });
    for (const event of ["end", "close"] as const) {
      from.on(event, () => {
        this.#queueBytes(undefined);
      });
    }
  }

  /** While held, nothing is delivered. Afterwards everything is, as TCP resends lost segments. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#deliver();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #queueBytes(bytes: Buffer | undefined): void {
    const { latencyMs = 0, jitterMs = 0, bytesPerSecond = Infinity, loss = 0 } = this.#conditions();
    const resendMs = Math.random() < loss ? retransmitMs(latencyMs) : 0;
    const arrives = performance.now() + latencyMs + (Math.random() * 2 - 1) * jitterMs + resendMs;
    const step = bytesPerSecond === Infinity ? Math.max(bytes?.length ?? 0, 1) : sliceBytes;
    for (let at = 0; at < (bytes?.length ?? 1); at += step) {
      const slice = bytes?.subarray(at, at + step);
      this.#busyUntil = Math.max(this.#busyUntil, arrives) + ((slice?.length ?? 0) / bytesPerSecond) * 1000;
      this.#queue.push({ bytes: slice, due: this.#busyUntil });
    }
    this.#deliver();
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    while (!this.#held) {
      const [next] = this.#queue;
      if (next === undefined) return;
      const waitMs = next.due - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#deliver();
        }, waitMs);
        return;
      }
      this.#queue.shift();
      if (next.bytes !== undefined) this.#to.write(next.bytes);
      else this.#to.end();
    }
  }
}
