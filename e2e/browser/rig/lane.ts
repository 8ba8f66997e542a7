import type { Socket } from "node:net";

/** How one TCP connection behaves on its way through a proxy. Times in milliseconds. */
export interface Conditions {
  /** Delay of what goes through, each way. */
  readonly latencyMs?: number;
  /** The delay varies by up to as much, up or down; bytes stay in order, as TCP has them. */
  readonly jitterMs?: number;
  /** Each way. */
  readonly bytesPerSecond?: number;
  /** 0 to 1: how many pieces are lost at first. TCP sends them again a while later, and all behind them wait. */
  readonly loss?: number;
}

interface Chunk {
  /** Undefined is the end of the stream. */
  readonly bytes: Buffer | undefined;
  readonly due: number;
}

/** How long TCP waits before it sends again: at least 200 ms (RFC 6298 asks for more, Linux does this), and more than a round trip. */
const retransmitMs = (latencyMs: number): number => Math.max(200, 3 * latencyMs);

/** A slow link gives its bytes out in slices, as packets would come. */
const sliceBytes = 1024;

/** One direction of one connection: takes bytes from one socket and gives them to the other, late where asked for. */
export class Lane {
  readonly #to: Socket;
  readonly #conditions: () => Conditions;
  readonly #queue: Chunk[] = [];
  #held = false;
  #busyUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, conditions: () => Conditions) {
    this.#to = to;
    this.#conditions = conditions;
    from.on("data", (bytes) => {
      this.#take(bytes);
    });
    from.on("end", () => {
      this.#take(undefined);
    });
    from.on("close", () => {
      this.#take(undefined);
    });
  }

  /** Nothing comes out while it is held; what came in meanwhile comes out afterwards, as TCP sends again what was lost. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#give();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #take(bytes: Buffer | undefined): void {
    const { latencyMs = 0, jitterMs = 0, bytesPerSecond = Infinity, loss = 0 } = this.#conditions();
    const again = Math.random() < loss ? retransmitMs(latencyMs) : 0;
    const arrives = performance.now() + latencyMs + (Math.random() * 2 - 1) * jitterMs + again;
    const step = bytesPerSecond === Infinity ? Math.max(bytes?.length ?? 0, 1) : sliceBytes;
    for (let at = 0; at < (bytes?.length ?? 1); at += step) {
      const slice = bytes?.subarray(at, at + step);
      this.#busyUntil = Math.max(this.#busyUntil, arrives) + ((slice?.length ?? 0) / bytesPerSecond) * 1000;
      this.#queue.push({ bytes: slice, due: this.#busyUntil });
    }
    this.#give();
  }

  #give(): void {
    clearTimeout(this.#timer);
    while (!this.#held) {
      const [next] = this.#queue;
      if (next === undefined) return;
      const wait = next.due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => {
          this.#give();
        }, wait);
        return;
      }
      this.#queue.shift();
      if (next.bytes !== undefined) this.#to.write(next.bytes);
      else this.#to.end();
    }
  }
}
