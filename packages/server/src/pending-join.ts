import { type ClientPayload, type Rejection, type Reply } from "@sig/protocol";
import { without } from "./short-list.js";

type Payload = ClientPayload<"createAndJoinRoom">;
type JoinReply = Reply<"createAndJoinRoom">;
type JoinAck = ((reply: JoinReply) => void) | undefined;

/** A join that waits for the application. It may be canceled meanwhile, with the rejection that the caller gets. */
export class PendingJoin {
  readonly room: string;
  readonly id: string;
  /** Of this join, and of each call that repeated it. */
  readonly acks: JoinAck[];
  /** Set once it is known that the join waits. Resolves with nothing if the calls have their answer by then. */
  result: Promise<JoinReply | undefined> | undefined;
  rejection: Rejection | undefined;
  /** The user behind the peer, once the application has granted it. */
  user: string | undefined;
  /** Whether the guest is notified that it waits. */
  readonly understandsWaiting: boolean;
  /** Notifies it once more; set once it was notified, while the application has not decided. */
  sendWaiting: (() => void) | undefined;
  /** Whether what others send to it is kept back until it is a member: the roster may have it already. */
  isHeld = false;
  readonly #payload: Payload;
  // Most joins have their answer before anybody could cancel them: what costs more than the rest is made when used.
  #canceled: Promise<Rejection> | undefined;
  #canceler: AbortController | undefined;
  #onCancel: (rejection: Rejection) => void = () => undefined;

  constructor(payload: Payload, id: string, ack: JoinAck) {
    this.room = payload.room;
    this.id = id;
    this.acks = [ack];
    this.understandsWaiting = payload.key !== undefined && payload.features?.includes("waiting") === true;
    this.#payload = payload;
  }

  /** Resolves when the join is canceled. */
  get canceled(): Promise<Rejection> {
    this.#canceled ??= new Promise((resolve) => {
      if (this.rejection === undefined) this.#onCancel = resolve;
      else resolve(this.rejection);
    });
    return this.#canceled;
  }

  /** Cancels the question to the application. */
  get canceler(): AbortController {
    if (this.#canceler === undefined) {
      this.#canceler = new AbortController();
      if (this.rejection !== undefined) this.#canceler.abort();
    }
    return this.#canceler;
  }

  /** A client repeats a join that has no answer yet. */
  isRepeatedBy(payload: Payload): boolean {
    return isSameJoin(this.#payload, payload);
  }

  /** The first rejection counts. */
  cancel(rejection: Rejection): void {
    this.rejection ??= rejection;
    this.#onCancel(this.rejection);
    this.#canceler?.abort();
  }
}

/** A join that came with the request to connect, until the client has repeated it as an event. */
export interface JoinOnConnect {
  readonly payload: Payload;
  /** What it was answered; absent while it waits. */
  reply?: JoinReply;
  /** Of the repetition, which came before the answer. */
  ack?: NonNullable<JoinAck>;
}

/** Those of one connection that were not rejected, by room. */
export interface JoinsOnConnect {
  readonly joins: Map<string, JoinOnConnect>;
  readonly forget: () => void;
}

/** Has the joins of one connection that wait, the latest one of each room. */
interface Guest {
  pendingJoins: readonly PendingJoin[];
}

/** The join to a room that waits. */
export function pendingJoin({ pendingJoins }: Guest, room: string): PendingJoin | undefined {
  return pendingJoins.find((pending) => pending.room === room);
}

/** The join waits from now on, instead of another one to the same room. */
export function addPendingJoin(guest: Guest, join: PendingJoin): void {
  guest.pendingJoins = [...guest.pendingJoins.filter(({ room }) => room !== join.room), join];
}

export function removePendingJoin(guest: Guest, join: PendingJoin | undefined): void {
  guest.pendingJoins = without(guest.pendingJoins, join);
}

/**
 * Whether two joins are the same, by their JSON. With another key, token or metadata it is another join. With another
 * trace context it is the same one: a client may start a span for each try.
 */
export function isSameJoin(one: Payload, other: Payload): boolean {
  const text = (join: Payload): string => JSON.stringify({ ...join, traceparent: undefined, offer: undefined });
  return text(one) === text(other);
}
