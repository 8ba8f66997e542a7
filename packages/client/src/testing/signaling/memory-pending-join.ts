import type { ClientPayload, Rejection, Reply } from "@sig/protocol";
import type { Clock } from "../../util/clock.js";
import type { MemoryConnection, PendingJoin } from "./memory-room.js";

type Payload = ClientPayload<"createAndJoinRoom">;
export type JoinReply = (reply: Reply<"createAndJoinRoom">) => void;

/** As the server: most applications decide sooner. */
const noticeAfterMs = 1_000;

/** A join that waits for `authorize`. */
export class MemoryPendingJoin implements PendingJoin {
  readonly id: string;
  readonly #payload: Payload;
  readonly #connection: MemoryConnection;
  readonly #replies: JoinReply[];
  readonly #stopNotice: () => void;
  #isNotified = false;
  #isOver = false;

  constructor(connection: MemoryConnection, id: string, payload: Payload, reply: JoinReply, clock: Clock) {
    this.id = id;
    this.#payload = payload;
    this.#connection = connection;
    this.#replies = [reply];
    connection.pendingJoins.set(payload.room, this);
    this.#stopNotice = clock.after(noticeAfterMs, () => {
      this.#isNotified = true;
      this.#notify();
    });
  }

  repeat(payload: Payload, reply: JoinReply): boolean {
    if (textOf(payload) !== textOf(this.#payload)) return false;
    this.#replies.push(reply);
    if (this.#isNotified) this.#notify();
    return true;
  }

  /** @returns false if the join was canceled before */
  end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#stopNotice();
    const { pendingJoins } = this.#connection;
    if (pendingJoins.get(this.#payload.room) === this) pendingJoins.delete(this.#payload.room);
    return true;
  }

  cancel(rejection: Rejection): void {
    if (this.end()) this.reply(rejection);
  }

  /** Answers the join, and every call that repeated it. */
  readonly reply: JoinReply = (reply) => {
    for (const each of this.#replies) each(reply);
  };

  #notify(): void {
    const { room, key, features } = this.#payload;
    if (key !== undefined && features?.includes("waiting") === true) this.#connection.send("waiting", { room });
  }
}

/** Two joins that differ in their trace context alone are the same join. */
function textOf(payload: Payload): string {
  return JSON.stringify({ ...payload, traceparent: undefined });
}
