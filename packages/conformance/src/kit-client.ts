import { randomBytes } from "node:crypto";
import { createServerEvents, read, readingLimits, type ServerEventName, type ServerPayload } from "@sig/protocol";
import type { Connect, Connection, ConnectionListener } from "./connection.js";
import { RuleViolation, show } from "./rule.js";
import { Waiter } from "./waiter.js";

/** One event from the server, before validation. */
export interface ReceivedEvent {
  readonly event: string;
  readonly payload: unknown;
}

/** An acknowledgment, before validation. */
export interface Ack {
  readonly ok?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly retryable?: unknown;
  readonly [field: string]: unknown;
}

const events = createServerEvents(readingLimits);

/** What a client has before its connection is open. */
const notConnected: Connection = {
  id: undefined,
  isOpen: false,
  emit: () => undefined,
  drop: () => undefined,
  close: () => undefined,
};

/** Makes a secret key for one membership. */
export function newKey(): string {
  return randomBytes(16).toString("base64url");
}

/** A client of the kit: it sends what a rule asks for, and records everything it receives. */
export class KitClient {
  readonly timeoutMs: number;
  readonly log: ReceivedEvent[] = [];
  /** Its peer id in the room it joined last. */
  id = "";
  /** The key of that membership, if it has one. */
  key: string | undefined;
  readonly #waiter = new Waiter();
  #connection: Connection = notConnected;
  #unread: ReceivedEvent[] = [];

  private constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  /** @throws Unreachable if the connection fails */
  static async connect(
    connect: Connect,
    timeoutMs: number,
    { auth, onEvent }: { readonly auth?: object; readonly onEvent?: (received: ReceivedEvent) => void } = {},
  ): Promise<KitClient> {
    const client = new KitClient(timeoutMs);
    const listener: ConnectionListener = {
      onEvent: (event, payload) => {
        const received = { event, payload };
        client.log.push(received);
        client.#unread.push(received);
        onEvent?.(received);
        client.#waiter.notify();
      },
      onClose: () => client.#waiter.notify(),
    };
    client.#connection = await connect(listener, timeoutMs, auth);
    return client;
  }

  /** The id that the server gave its connection. */
  get socketId(): string | undefined {
    return this.#connection.id;
  }

  send(event: string, ...payload: unknown[]): void {
    this.#connection.emit(event, payload);
  }

  /** Sends with an acknowledgment, and waits for it. */
  async call(event: string, ...payload: unknown[]): Promise<Ack> {
    let ack: { readonly reply: unknown } | undefined;
    this.#connection.emit(event, payload, (reply) => {
      ack = { reply };
      this.#waiter.notify();
    });
    const reply = (await this.#until(() => ack))?.reply;
    if (typeof reply !== "object" || reply === null)
      throw new RuleViolation(
        `an acknowledgment of \`${event}\` with an object`,
        ack === undefined ? this.#silence() : show(reply),
      );
    return reply as Ack;
  }

  /** Takes the next matching event that was not taken yet. An event that the schemas reject counts as a violation. */
  async next<Event extends ServerEventName>(
    event: Event,
    matches: (payload: ServerPayload<Event>) => boolean = () => true,
  ): Promise<ServerPayload<Event>> {
    let invalid: unknown;
    const take = (): ServerPayload<Event> | undefined => {
      for (const received of this.#unread) {
        if (received.event !== event) continue;
        const payload = read(events[event], received.payload) as ServerPayload<Event> | undefined;
        if (payload === undefined) invalid = received.payload;
        if (payload === undefined || !matches(payload)) continue;
        this.#unread = this.#unread.filter((other) => other !== received);
        return payload;
      }
      return undefined;
    };
    // A server without a grace time sends `exit` in place of `presence`: nothing else is to come.
    const replaced = (): boolean => event === "presence" && this.#unread.some((received) => received.event === "exit");
    const found = await this.#until(take, replaced);
    if (found !== undefined) return found;
    const instead = replaced() ? "`exit`" : this.#silence();
    throw new RuleViolation(
      `\`${event}\``,
      invalid === undefined ? instead : `one with an invalid payload: ${show(invalid)}`,
    );
  }

  /** Joins a room and waits for `created`; with a new key unless one is given, or `null` for none. */
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

  /** The end of the log now, for `since`. */
  mark(): number {
    return this.log.length;
  }

  since(mark: number, ...names: ServerEventName[]): ReceivedEvent[] {
    return this.log.slice(mark).filter(({ event }) => names.length === 0 || names.some((name) => name === event));
  }

  async disconnected(): Promise<void> {
    await this.#until(() => undefined);
    if (this.#connection.isOpen) throw new RuleViolation("the server to end the connection", "an open connection");
  }

  /** Ends the connection without a goodbye, as a lost network does. */
  drop(): void {
    this.#connection.drop();
  }

  close(): void {
    this.#connection.close();
  }

  #silence(): string {
    return this.#connection.isOpen ? `nothing within ${String(this.timeoutMs)} ms` : "the end of the connection";
  }

  #until<Value>(find: () => Value | undefined, isOver: () => boolean = () => false): Promise<Value | undefined> {
    return this.#waiter.until(find, this.timeoutMs, () => !this.#connection.isOpen || isOver());
  }
}
