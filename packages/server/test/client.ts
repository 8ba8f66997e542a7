import { type ClientEventName, type Reply, type ServerEventName, type ServerPayload } from "@sig/protocol";
import { io, type Socket } from "socket.io-client";

export type Transport = "websocket" | "polling";
export const transports: readonly Transport[] = ["websocket", "polling"];

/** Milliseconds that a test waits for an event. Only a failing test waits so long. */
const timeoutMs = 8_000;

interface Received {
  readonly event: string;
  readonly payload: unknown;
}

interface Waiting {
  readonly event: string;
  readonly matches: (payload: never) => boolean;
  readonly resolve: (payload: unknown) => void;
}

/** A peer of the tests: bare socket.io-client that records every event. */
export class TestClient {
  readonly socket: Socket;
  /** Every event, in order, except those of this client's own round trips. */
  readonly log: Received[] = [];
  readonly #unread: Received[] = [];
  readonly #waiting = new Set<Waiting>();
  #roundTrips = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((event: string, payload: unknown) => {
      if (!this.#isRoundTrip(payload)) this.log.push({ event, payload });
      for (const waiting of this.#waiting) {
        if (waiting.event !== event || !waiting.matches(payload as never)) continue;
        this.#waiting.delete(waiting);
        waiting.resolve(payload);
        return;
      }
      this.#unread.push({ event, payload });
    });
  }

  static async connect(
    url: string,
    transport: Transport = "websocket",
    options: { auth?: Record<string, unknown> } = {},
  ): Promise<TestClient> {
    const socket = io(url, {
      transports: [transport],
      upgrade: false,
      forceNew: true,
      reconnection: false,
      ...options,
    });
    const client = new TestClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
    return client;
  }

  /** The id of the socket; also of the peer, unless it joins with a key. */
  get socketId(): string {
    return this.socket.id ?? "";
  }

  emit(event: string, ...args: unknown[]): void {
    this.socket.emit(event, ...args);
  }

  /** Sends an event and resolves with the reply. */
  call<Event extends ClientEventName>(event: Event, payload?: unknown): Promise<Reply<Event>> {
    return this.socket.timeout(timeoutMs).emitWithAck(event, payload) as Promise<Reply<Event>>;
  }

  /** Resolves with the next payload of an event that was not read yet, in order. */
  next<Event extends ServerEventName>(
    event: Event,
    matches: (payload: ServerPayload<Event>) => boolean = () => true,
  ): Promise<ServerPayload<Event>> {
    const index = this.#unread.findIndex(
      (received) => received.event === event && matches(received.payload as ServerPayload<Event>),
    );
    if (index >= 0) return Promise.resolve(this.#unread.splice(index, 1)[0]?.payload as ServerPayload<Event>);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        event,
        matches: matches,
        resolve: (payload) => {
          clearTimeout(timer);
          resolve(payload as ServerPayload<Event>);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new Error(`no "${event}" arrived; received: ${JSON.stringify(this.log.slice(-20)).slice(0, 2000)}`));
      }, timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  /** Joins without an ack, as the base protocol does, or with a key in the fields. Resolves with `created`. */
  join(room: string, fields: Record<string, unknown> = {}): Promise<ServerPayload<"created">> {
    const created = this.next("created", (payload) => payload.room === room);
    this.emit("createAndJoinRoom", { room, ...fields });
    return created;
  }

  /** The events received so far, as pairs. */
  received(...names: ServerEventName[]): [string, unknown][] {
    const wanted = new Set<string>(names);
    return this.log
      .filter(({ event }) => names.length === 0 || wanted.has(event))
      .map(({ event, payload }) => [event, payload]);
  }

  /** Clears the log, so that a test starts from a known state. */
  clearLog(): void {
    this.log.length = 0;
    this.#unread.length = 0;
  }

  /**
   * Resolves when everything that this client sent before was handled, and everything sent to it before was received.
   */
  async roundTrip(): Promise<void> {
    this.#roundTrips += 1;
    const room = `${roundTripRoom}${this.socketId}-${this.#roundTrips}`;
    await this.join(room);
    this.emit("exit", { room, from: this.socketId });
  }

  #isRoundTrip(payload: unknown): boolean {
    const room = typeof payload === "object" && payload !== null ? (payload as { room?: unknown }).room : undefined;
    return typeof room === "string" && room.startsWith(`${roundTripRoom}${this.socketId}-`);
  }

  async disconnected(): Promise<void> {
    if (this.socket.disconnected) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("still connected")), timeoutMs);
      this.socket.once("disconnect", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  close(): void {
    this.socket.disconnect();
  }
}

const roundTripRoom = "round-trip-";

/** Resolves when all messages of an attack have arrived: every client makes a round trip, the attacker first. */
export async function barrier(attacker: TestClient, ...witnesses: TestClient[]): Promise<void> {
  await attacker.roundTrip();
  await Promise.all(witnesses.map((witness) => witness.roundTrip()));
}

/** The features that `created` names, to a client with a key. */
export const serverFeatures = ["waiting", "notices", "drain", "offer-with-join", "bundles"];

let keys = 0;

/** A key that no other test uses. */
export function newKey(): string {
  keys += 1;
  return `test-key-${keys}-`.padEnd(22, "x");
}
