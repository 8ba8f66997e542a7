import { randomBytes } from "node:crypto";
import { createServerEvents, read, readingLimits, type ServerEventName, type ServerPayload } from "@sig/protocol";
import { io, type Socket } from "socket.io-client";
import { Fault, show } from "./rule.js";
import { Watch } from "./watch.js";
import { whyNot } from "./why-not.js";

/** One message as it came, unread. */
export interface Heard {
  readonly event: string;
  readonly payload: unknown;
}

/** What an ack said, as far as it can be told before it is judged. */
export interface Answer {
  readonly ok?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly retryable?: unknown;
  readonly [field: string]: unknown;
}

const events = createServerEvents(readingLimits);

/** A secret of one membership. */
export function newKey(): string {
  return randomBytes(16).toString("base64url");
}

/** There is no connection to who is judged; the message says why. */
export class Unreachable extends Error {}

/** A client of the kit's own: it says what a rule tells it to, and remembers all it hears. */
export class Actor {
  readonly socket: Socket;
  readonly patienceMs: number;
  readonly log: Heard[] = [];
  /** Its id in the room it joined last. */
  id = "";
  /** The key of that membership, if it has one. */
  key: string | undefined;
  #unread: Heard[] = [];
  readonly #watch = new Watch();

  private constructor(socket: Socket, patienceMs: number) {
    this.socket = socket;
    this.patienceMs = patienceMs;
    socket.onAny((event: string, payload: unknown) => {
      this.log.push({ event, payload });
      this.#unread.push({ event, payload });
      this.#watch.look();
    });
    socket.on("disconnect", () => {
      this.#watch.look();
    });
  }

  /** Connects to a namespace's address. Throws `Unreachable` where that fails. */
  static async connect(url: string, patienceMs: number, path = "/socket.io/"): Promise<Actor> {
    const socket = io(url, {
      path,
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      timeout: Math.max(patienceMs, 5_000),
    });
    const actor = new Actor(socket, patienceMs);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", (cause) => {
        socket.disconnect();
        reject(new Unreachable(`No connection to ${url}: ${whyNot(cause, path)}.`));
      });
    });
    return actor;
  }

  send(event: string, ...payload: unknown[]): void {
    this.socket.emit(event, ...payload);
  }

  /** Asks for an ack and waits for it. */
  async call(event: string, ...payload: unknown[]): Promise<Answer> {
    const answer: unknown = await this.socket
      .timeout(this.patienceMs)
      .emitWithAck(event, ...payload)
      .catch(() => undefined as unknown);
    if (typeof answer !== "object" || answer === null)
      throw new Fault(`an ack of \`${event}\` with an object`, answer === undefined ? this.#silence() : show(answer));
    return answer as Answer;
  }

  /** The next message of this event that was not taken yet; read as a client reads, so that a wrong one is a fault. */
  async next<Event extends ServerEventName>(
    event: Event,
    matches: (payload: ServerPayload<Event>) => boolean = () => true,
  ): Promise<ServerPayload<Event>> {
    let wrong: unknown;
    const take = (): ServerPayload<Event> | undefined => {
      for (const heard of this.#unread) {
        if (heard.event !== event) continue;
        const payload = read(events[event], heard.payload) as ServerPayload<Event> | undefined;
        if (payload === undefined) wrong = heard.payload;
        if (payload === undefined || !matches(payload)) continue;
        this.#unread = this.#unread.filter((other) => other !== heard);
        return payload;
      }
      return undefined;
    };
    const found = await this.#until(take, this.patienceMs);
    if (found !== undefined) return found;
    throw new Fault(`\`${event}\``, wrong === undefined ? this.#silence() : `one that cannot be read: ${show(wrong)}`);
  }

  /** Joins as a rule says: with a new key, unless told another or `null` for none. Waits for `created`. */
  async join(
    room: string,
    { key = newKey(), ...fields }: { key?: string | null; [field: string]: unknown } = {},
  ): Promise<ServerPayload<"created">> {
    this.key = key ?? undefined;
    this.send("createAndJoinRoom", { room, ...(key !== null && { key }), ...fields });
    const created = await this.next("created", (payload) => payload.room === room);
    this.id = created.id;
    return created;
  }

  /** Where the log ends now. */
  mark(): number {
    return this.log.length;
  }

  since(mark: number, ...names: ServerEventName[]): Heard[] {
    return this.log.slice(mark).filter(({ event }) => names.length === 0 || names.some((name) => name === event));
  }

  async disconnected(): Promise<void> {
    if (
      this.socket.connected &&
      (await this.#until(() => !this.socket.connected || undefined, this.patienceMs)) === undefined
    )
      throw new Fault("the end of the connection", "none");
  }

  /** Goes without a word, as a lost network does. */
  drop(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.disconnect();
  }

  #silence(): string {
    return this.socket.connected ? `nothing within ${String(this.patienceMs)} ms` : "the end of the connection";
  }

  #until<Value>(find: () => Value | undefined, patienceMs: number): Promise<Value | undefined> {
    return this.#watch.until(find, patienceMs, () => !this.socket.connected);
  }
}
