import type { Socket } from "./socket-io.js";

/**
 * What all users of one socket have in common: the server sees one client in a room, however many managers there are.
 */
export class SharedSocket {
  /** The rooms that somebody is in, or is joining. */
  readonly rooms = new Set<string>();
  /** When an attempt to connect began that has not ended yet. */
  connectingSince: number | undefined;
  readonly #goodbyes = new Map<string, Promise<unknown>>();
  readonly #joins = new Map<string, number>();

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

  /** Counts a join of which the answer is outstanding. */
  joining(room: string, answered: Promise<unknown>): void {
    this.#joins.set(room, this.outstandingJoins(room) + 1);
    const done = (): void => void this.#joins.set(room, this.outstandingJoins(room) - 1);
    answered.then(done, done);
  }

  /** More than one where somebody gave up a join that the server may still answer. */
  outstandingJoins(room: string): number {
    return this.#joins.get(room) ?? 0;
  }
}

const shared = new WeakMap<Socket, SharedSocket>();

export function sharedBy(socket: Socket): SharedSocket {
  const existing = shared.get(socket);
  if (existing !== undefined) return existing;
  const made = new SharedSocket();
  shared.set(socket, made);
  return made;
}
