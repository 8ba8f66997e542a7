import type { MemorySocket } from "@sig/client/testing";

type Listener = (...args: never[]) => void;
type Ack = (error: Error | null, reply?: unknown) => void;

/** The socket of a client whose server may send anything, and answer anything. */
export class HostileSocket {
  /** The next call is answered with the first of these, and does not reach the server. */
  readonly answers: unknown[] = [];
  /** The description that the client sent last, and the name of its exchange. */
  sdp = "v=0\r\n";
  offerId = "none";
  readonly #socket: MemorySocket;

  constructor(socket: MemorySocket) {
    this.#socket = socket;
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  get active(): boolean {
    return this.#socket.active;
  }

  get io(): MemorySocket["io"] {
    return this.#socket.io;
  }

  get listenerCount(): number {
    return this.#socket.listenerCount;
  }

  connect(): void {
    this.#socket.connect();
  }

  disconnect(): void {
    this.#socket.disconnect();
  }

  on(event: string, listener: Listener): void {
    this.#socket.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    this.#socket.off(event, listener);
  }

  emit(event: string, payload?: unknown, ack?: (reply: unknown) => void): void {
    this.#note(payload);
    this.#socket.emit(event, payload, ack);
  }

  timeout(ms: number): { emit(event: string, payload: unknown, ack: Ack): void } {
    return {
      emit: (event, payload, ack) => {
        this.#note(payload);
        if (this.answers.length > 0) ack(null, this.answers.shift());
        else this.#socket.timeout(ms).emit(event, payload, ack);
      },
    };
  }

  /** The server sends an event. */
  receive(event: string, payload: unknown): void {
    for (const listener of this.#socket.listeners(event)) listener(...([payload] as never[]));
  }

  lose(): void {
    this.#socket.lose("transport close");
  }

  #note(payload: unknown): void {
    const { sdp, offerId } = (payload ?? {}) as { sdp?: unknown; offerId?: unknown };
    if (typeof sdp === "string") this.sdp = sdp;
    if (typeof offerId === "string") this.offerId = offerId;
  }
}
