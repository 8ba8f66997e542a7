import { sendJoinsOnConnect, type SocketUser } from "./joins-on-connect.js";
import type { Socket } from "./socket-io.js";

/**
 * What all users of one socket have in common: the server sees one client in a room, however many managers there are.
 */
export class SharedSocket {
  /** The rooms that somebody is in, or is joining. */
  readonly rooms = new Map<string, SocketUser>();
  /** When an attempt to connect began that has not ended yet. */
  connectingSince: number | undefined;
  readonly #goodbyes = new Map<string, Promise<unknown>>();
  /** The joins that were sent and whose answer is outstanding, the oldest first. */
  readonly #joins = new Set<{ readonly room: string; readonly user: object }>();

  /** Remembers that we are leaving a room. The next join of that room waits for the answer. */
  leaving(room: string, answered: Promise<unknown>): void {
    const ended = answered.finally(() => {
      if (this.#goodbyes.get(room) === ended) this.#goodbyes.delete(room);
    });
    this.#goodbyes.set(room, ended);
  }

  /** Resolves once no answer to an earlier goodbye of this room is outstanding. */
  async left(room: string): Promise<void> {
    while (this.#goodbyes.has(room)) await this.#goodbyes.get(room);
  }

  /** Remembers a join that was sent. One without an answer in time may still get it, while the connection lasts. */
  joining(room: string, user: object, answered: Promise<unknown>): void {
    const join = { room, user };
    this.#joins.add(join);
    answered.then(
      () => this.#joins.delete(join),
      () => undefined,
    );
  }

  /** Whose join a `created` of this room answers: the server answers in order. */
  joinAnswered(room: string): object | undefined {
    const join = [...this.#joins].find((sent) => sent.room === room);
    return join && (this.#joins.delete(join), join.user);
  }

  /**
   * On a new connection the server answers nothing that was sent over the one before. Each user calls it, and not when
   * the next connection is there: some have sent their join by then.
   */
  disconnected(): void {
    this.#joins.clear();
  }
}

const shared = new WeakMap<Socket, SharedSocket>();

export function sharedBy(socket: Socket): SharedSocket {
  let common = shared.get(socket);
  if (common === undefined) {
    common = new SharedSocket();
    shared.set(socket, common);
    sendJoinsOnConnect(socket, common.rooms);
  }
  return common;
}
