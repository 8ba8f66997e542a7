import { Fault } from "../rule.js";
import { Watch } from "../watch.js";

/** One message of the client under test, as it wrote it. */
export interface Said {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The connection of the client under test, from the server's side. */
export interface Line {
  emit(event: string, payload: unknown): void;
  /** Ends it without a word, as a lost network does. */
  drop(): void;
}

export type Ability = "trickle" | "rollback" | "renegotiate";

/** The client under test: what it says, and a way to say something to it. */
export class Guest {
  readonly said: Said[] = [];
  /** Its id in the room; empty before it has joined. */
  id = "";
  /** The `offerId`s of the offers that it was sent. */
  readonly offered = new Set<unknown>();
  /** How often the server has let it in. */
  admissions = 0;
  readonly #patienceMs: number;
  readonly #watch = new Watch();
  #line: Line | undefined;
  /** Whether it was waited for in vain while it had no connection. */
  #isGone = false;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Whether its connection has ended, and it was waited for in vain. */
  get isGone(): boolean {
    return this.#isGone;
  }

  connected(line: Line): void {
    this.#line = line;
    this.#isGone = false;
  }

  ended(line: Line): void {
    if (this.#line === line) this.#line = undefined;
  }

  hear(event: string, payload: unknown): void {
    // What is no object is a message all the same: as one without fields it is judged.
    this.said.push({
      event,
      payload: typeof payload === "object" && payload !== null ? (payload as Said["payload"]) : {},
    });
    this.#watch.look();
  }

  /** The server has let it in: `created` is on its way to it. */
  admitted(id: string): void {
    this.id = id;
    this.admissions += 1;
    this.#watch.look();
  }

  emit(event: string, payload: unknown): void {
    this.#line?.emit(event, payload);
  }

  drop(): void {
    this.#line?.drop();
  }

  /** What it says that its stack cannot do. */
  cannot(ability: Ability): boolean {
    const capabilities = this.said.find(({ event }) => event === "createAndJoinRoom")?.payload.capabilities;
    return (
      typeof capabilities === "object" &&
      capabilities !== null &&
      (capabilities as Record<string, unknown>)[ability] === false
    );
  }

  /** Where what was said ends now. */
  mark(): number {
    return this.said.length;
  }

  /** What it said to a peer since a mark. */
  to(peer: string, mark = 0): Said[] {
    return this.said.slice(mark).filter(({ payload }) => payload.to === peer);
  }

  /** The first message since a mark that fits; a fault where none comes in time. */
  async next(what: string, mark: number, fits: (said: Said) => boolean, patienceMs = this.#patienceMs): Promise<Said> {
    const found = await this.#watch.until(() => this.said.slice(mark).find(fits), patienceMs);
    if (found !== undefined) return found;
    if (this.#line === undefined) {
      this.#isGone = true;
      throw new Fault(
        what,
        this.said.length === 0
          ? `no connection within ${String(patienceMs)} ms`
          : `the end of its connection, and no new one within ${String(patienceMs)} ms`,
      );
    }
    const heard = this.said
      .slice(mark)
      .map(({ event, payload }) => (typeof payload.to === "string" ? `${event} to ${payload.to}` : event));
    throw new Fault(
      what,
      `nothing of the kind within ${String(patienceMs)} ms${heard.length > 0 ? `, only ${heard.slice(0, 8).join(", ")}` : ""}`,
    );
  }

  /** Until the server has let it in so often. */
  async isAdmitted(times: number): Promise<void> {
    const admitted = await this.#watch.until(() => (this.admissions >= times ? true : undefined), this.#patienceMs);
    if (admitted === undefined) throw new Fault("a join that the server accepts", "one that it refused");
  }
}
