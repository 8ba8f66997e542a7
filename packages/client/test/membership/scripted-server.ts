import { FakeClock } from "../../src/testing/index.js";

type Payload = Record<string, unknown>;
type Reply = (reply: Payload) => void;

/** The id of a member that joined with a key. */
export const selfId = "A".repeat(22);
export const room = "r";

export function rejected(code: string, retryable = false): Payload {
  return { ok: false, code, message: `Rejected: ${code}.`, retryable };
}

export function created(more: Payload = {}): Payload {
  return { ok: true, id: selfId, room, peers: [], ...more };
}

/** One connection to a server whose every answer is written by the test. A message takes 5 ms in each direction. */
export class ScriptedServer {
  readonly clock: FakeClock;
  readonly requests: { readonly event: string; readonly payload: Payload; readonly at: number }[] = [];
  /** Event -> what the server does. Without an entry it answers `{ ok: true }`. */
  readonly on: Record<string, (payload: Payload, reply: Reply) => void> = {};
  readonly #listeners = new Map<string, Set<(arg?: unknown) => void>>();
  /** Answers on their way over a connection that has ended are lost. */
  #connection = 0;
  readonly socket = {
    connected: true,
    active: true,
    connect: (): void => undefined,
    disconnect: (): void => undefined,
    on: (event: string, listener: (arg?: unknown) => void): void => {
      this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
    },
    off: (event: string, listener: (arg?: unknown) => void): void => {
      this.#listeners.get(event)?.delete(listener);
    },
    emit: (event: string, payload: Payload, ack?: (reply: unknown) => void): void => {
      const connection = this.#connection;
      this.clock.after(5, () => {
        this.requests.push({ event, payload, at: this.clock.now() });
        const reply: Reply = (answer) =>
          void this.clock.after(5, () => connection === this.#connection && ack?.(answer));
        (this.on[event] ?? (() => reply({ ok: true })))(payload, reply);
      });
    },
    timeout: (ms: number) => ({
      emit: (event: string, payload: Payload, ack: (error: Error | null, reply?: unknown) => void): void => {
        const stop = this.clock.after(ms, () => ack(new Error("timeout")));
        this.socket.emit(event, payload, (reply) => {
          stop();
          ack(null, reply);
        });
      },
    }),
  };

  constructor(clock = new FakeClock()) {
    this.clock = clock;
    this.on.createAndJoinRoom = (_, reply) => reply(created());
  }

  get joins(): Payload[] {
    return this.requests.filter(({ event }) => event === "createAndJoinRoom").map(({ payload }) => payload);
  }

  /** Sends an event to the client. */
  send(event: string, payload: Payload): void {
    this.clock.after(5, () => this.#fire(event, payload));
  }

  lose(): void {
    this.#connection += 1;
    this.socket.connected = false;
    this.#fire("disconnect", "transport close");
  }

  connect(): void {
    this.socket.connected = true;
    this.#fire("connect");
  }

  #fire(event: string, arg?: unknown): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(arg);
  }
}
