import { randomBytes } from "node:crypto";
import { Actor, Unreachable, type Heard } from "../actor.js";
import { Fault } from "../rule.js";

export interface ServerUnderTest {
  /** The address of the namespace. */
  readonly url: string;
  /** Where Socket.IO is on the server; `/socket.io/` unless given. */
  readonly path?: string;
  /** For `createAndJoinRoom`, where the server asks for one. */
  readonly token?: string;
  /** The path of its gateway for devices, if that is to be judged. */
  readonly devicePath?: string;
  /** How long an answer may take, in milliseconds. */
  readonly patienceMs: number;
  /** The server's grace time in seconds, if its end is to be waited for. */
  readonly graceSeconds?: number;
}

/** Who and what one rule needs: clients and rooms of its own. */
export class Lab {
  readonly server: ServerUnderTest;
  readonly actors: Actor[] = [];
  /** Whether the server could not be reached. */
  isUnreachable = false;
  readonly #token: { token?: string };

  constructor(server: ServerUnderTest) {
    this.server = server;
    this.#token = server.token === undefined ? {} : { token: server.token };
  }

  /** A name that no other rule and no other run uses. */
  room(): string {
    return `conformance-${randomBytes(6).toString("hex")}`;
  }

  async connect(): Promise<Actor> {
    const actor = await Actor.connect(this.server.url, this.server.patienceMs, this.server.path).catch(
      (cause: unknown) => {
        this.isUnreachable = cause instanceof Unreachable;
        throw cause instanceof Unreachable ? new Fault("a connection", cause.message) : cause;
      },
    );
    this.actors.push(actor);
    return actor;
  }

  /** A member with a key. */
  async member(room: string, fields: Record<string, unknown> = {}): Promise<Actor> {
    const actor = await this.connect();
    await actor.join(room, { ...this.#token, ...fields });
    return actor;
  }

  /** Members with keys, each of whom has heard of all who came after. */
  async company<const Fields extends readonly Record<string, unknown>[]>(
    room: string,
    ...fields: Fields
  ): Promise<{ [Index in keyof Fields]: Actor }> {
    const there: Actor[] = [];
    for (const each of fields) {
      const newcomer = await this.member(room, each);
      await Promise.all(there.map((witness) => witness.next("joined", ({ id }) => id === newcomer.id)));
      there.push(newcomer);
    }
    return there as { [Index in keyof Fields]: Actor };
  }

  /** A member without a key, as the older protocol has them. */
  seed(room: string): Promise<Actor> {
    return this.member(room, { key: null });
  }

  /** The payload of a join. */
  joining(room: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
    return { room, ...this.#token, ...fields };
  }

  /** What was sent before has been handled once a later join of the same socket is answered. */
  async settle(actor: Actor): Promise<void> {
    const { id, key } = actor;
    const room = this.room();
    await actor.join(room, this.#token);
    actor.send("exit", { room });
    Object.assign(actor, { id, key });
  }

  /** What a member has heard since a mark, when nothing more is on its way: an offer that another member sent it afterwards has arrived, and is left out. */
  async heardBy(witness: Actor, mark: number, from: Actor, room: string): Promise<Heard[]> {
    const sdp = `v=0\r\ns=canary-${randomBytes(6).toString("hex")}\r\n`;
    from.send("offer", { room, to: witness.id, sdp });
    await witness.next("offer", (offer) => offer.sdp === sdp);
    return witness.since(mark).filter(({ payload }) => !isCanary(payload));
  }

  close(): void {
    for (const actor of this.actors) actor.close();
  }
}

function isCanary(payload: unknown): boolean {
  const sdp: unknown = typeof payload === "object" && payload !== null && "sdp" in payload ? payload.sdp : undefined;
  return typeof sdp === "string" && sdp.startsWith("v=0\r\ns=canary-");
}
