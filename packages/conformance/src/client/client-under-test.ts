import { RuleViolation } from "../rule.js";
import { Waiter } from "../waiter.js";

/** One event from the client under test, as it was sent. */
export interface SentEvent {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The connection of the client under test, from the server's side. */
export interface ClientConnection {
  emit(event: string, payload: unknown): void;
  /** Ends it without a goodbye, as a lost network does. */
  drop(): void;
}

export type Ability = "trickle" | "rollback" | "renegotiate";

/** The client under test: records what it sends, and sends it events. */
export class ClientUnderTest {
  readonly sent: SentEvent[] = [];
  /** Its id in the room; empty before it has joined. */
  id = "";
  /** The `offerId` of every offer that it received. */
  readonly receivedOfferIds = new Set<unknown>();
  /** How many of its joins the server accepted. */
  joins = 0;
  readonly #timeoutMs: number;
  readonly #waiter = new Waiter();
  #connection: ClientConnection | undefined;
  #isGone = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Whether its connection has ended and a wait for it has timed out since. */
  get isGone(): boolean {
    return this.#isGone;
  }

  connected(connection: ClientConnection): void {
    this.#connection = connection;
    this.#isGone = false;
  }

  ended(connection: ClientConnection): void {
    if (this.#connection === connection) this.#connection = undefined;
  }

  record(event: string, payload: unknown): void {
    // A payload that is not an object is checked as one without fields.
    this.sent.push({
      event,
      payload: typeof payload === "object" && payload !== null ? (payload as SentEvent["payload"]) : {},
    });
    this.#waiter.notify();
  }

  /** The server has accepted a join. */
  joined(id: string): void {
    this.id = id;
    this.joins += 1;
    this.#waiter.notify();
  }

  emit(event: string, payload: unknown): void {
    this.#connection?.emit(event, payload);
  }

  drop(): void {
    this.#connection?.drop();
  }

  /** Whether its `capabilities` exclude an ability. */
  cannot(ability: Ability): boolean {
    const capabilities = this.sent.find(({ event }) => event === "createAndJoinRoom")?.payload.capabilities;
    return (
      typeof capabilities === "object" &&
      capabilities !== null &&
      (capabilities as Record<string, unknown>)[ability] === false
    );
  }

  /** Whether it has named a feature in its join. */
  hasNamed(feature: string): boolean {
    const features = this.sent.find(({ event }) => event === "createAndJoinRoom")?.payload.features;
    return Array.isArray(features) && features.includes(feature);
  }

  /** The end of the recorded events now, for `to` and `next`. */
  mark(): number {
    return this.sent.length;
  }

  /** What it sent to a peer since a mark. */
  to(peer: string, mark = 0): SentEvent[] {
    return this.sent.slice(mark).filter(({ payload }) => payload.to === peer);
  }

  /** Waits for the first matching event since a mark. A timeout is a violation. */
  async next(
    what: string,
    mark: number,
    matches: (sent: SentEvent) => boolean,
    timeoutMs = this.#timeoutMs,
  ): Promise<SentEvent> {
    const found = await this.#waiter.until(() => this.sent.slice(mark).find(matches), timeoutMs);
    if (found !== undefined) return found;
    if (this.#connection === undefined) {
      this.#isGone = true;
      throw new RuleViolation(
        what,
        this.sent.length === 0
          ? `no connection within ${String(timeoutMs)} ms`
          : `the end of its connection, and no new one within ${String(timeoutMs)} ms`,
      );
    }
    const others = this.sent
      .slice(mark)
      .map(({ event, payload }) => (typeof payload.to === "string" ? `${event} to ${payload.to}` : event));
    const only = others.length > 0 ? `, only ${others.slice(0, 8).join(", ")}` : "";
    throw new RuleViolation(what, `nothing of the kind within ${String(timeoutMs)} ms${only}`);
  }

  /** Waits until the server has accepted this many joins. */
  async hasJoined(times: number): Promise<void> {
    const joined = await this.#waiter.until(() => (this.joins >= times ? true : undefined), this.#timeoutMs);
    if (joined === undefined) throw new RuleViolation("a join that the server accepts", "one that it rejected");
  }
}
