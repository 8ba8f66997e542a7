import { MemorySocket, type MemoryHub } from "../../src/testing/signaling/memory-socket.js";

export type { MemoryHub };
export { socketId } from "../../src/testing/signaling/memory-id.js";

type Payload = Record<string, unknown>;

/** What a test does with the messages of a socket. */
export interface Tap {
  /** The client sends a message over a connection. Returns what is sent in its place. */
  sending(event: string, payload: unknown): readonly unknown[];
  /** A message or an event of the socket itself. Calls `receive` with what the client gets. */
  receiving(event: string, args: readonly unknown[], receive: (...args: readonly unknown[]) => void): void;
}

/** A memory socket whose messages pass through a tap. */
export class TappedSocket extends MemorySocket {
  readonly #tap: Tap;

  constructor(hub: MemoryHub, tap: Tap) {
    super(hub);
    this.#tap = tap;
  }

  override emit(event: string, payload?: unknown, ack?: (reply: unknown) => void): this {
    // An event that waits for a connection comes here again.
    const payloads = this.connected ? this.#tap.sending(event, payload) : [payload];
    for (const one of payloads) super.emit(event, one, ack);
    return this;
  }

  protected override fire(event: string, ...args: unknown[]): void {
    this.#tap.receiving(event, args, (...received) => super.fire(event, ...received));
  }
}

/** The fields of a payload; none if it is not an object. */
export function fieldsOf(payload: unknown): Payload {
  return typeof payload === "object" && payload !== null ? (payload as Payload) : {};
}
