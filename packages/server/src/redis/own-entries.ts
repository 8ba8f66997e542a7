import { type ExitReason } from "@sig/protocol";
import { type RosterEntry } from "../roster/roster.js";
import { type StoredEntry } from "./records.js";

/** An entry that this node changes, and restores should the store lose it. */
export type OwnEntry = Omit<StoredEntry, "owner"> & {
  /** Whether its node has died: this one has no socket for it. */
  readonly adopted: boolean;
};

/** A removal that failed: the store may still have the entry, or have it later. */
export interface FailedRemoval {
  readonly id: string;
  readonly session: string;
  readonly reason: ExitReason;
}

/** What this node knows of its own members, by room and id. It is the truth when the store differs. */
export class OwnEntries {
  readonly entries = new ByRoom<OwnEntry>();
  readonly #failedRemovals = new ByRoom<FailedRemoval>();
  /** Removals that wait for their turn. */
  readonly #removing = new ByRoom<true>();

  /** The rooms of which the store may have lost something. */
  rooms(): string[] {
    return [...new Set([...this.entries.rooms(), ...this.#failedRemovals.rooms()])];
  }

  /** The entry, if this session holds it. */
  held(room: string, id: string, session: string): OwnEntry | undefined {
    const own = this.entries.get(room, id);
    return own?.entry.session === session ? own : undefined;
  }

  /**
   * Another node has changed the entry of a session that this one holds. What it may change are the attributes; all
   * else this node knows best.
   *
   * @returns the entry as it is now; absent if this node does not hold it
   */
  merge(room: string, { entry, claim }: StoredEntry): RosterEntry | undefined {
    const own = this.held(room, entry.id, entry.session);
    if (own === undefined) return undefined;
    const merged = { ...own.entry, attributes: entry.attributes };
    this.entries.set(room, entry.id, { ...own, entry: merged, claim: Math.max(claim, own.claim) });
    return merged;
  }

  /** Deletes the entry, if this session holds it. */
  release(room: string, id: string, session: string | undefined): void {
    if (session !== undefined && this.held(room, id, session) !== undefined) this.entries.delete(room, id);
  }

  /** Marks the removal of a session as called. Returns a function that marks it as done. */
  beginRemoval(room: string, removal: Pick<FailedRemoval, "id" | "session">): () => void {
    this.#removing.set(room, removalKey(removal), true);
    return () => this.#removing.delete(room, removalKey(removal));
  }

  /** Whether this node holds the session still, or removes it itself. */
  isKept(room: string, { id, session }: Pick<FailedRemoval, "id" | "session">): boolean {
    return this.held(room, id, session) !== undefined || this.#removing.get(room, removalKey({ id, session })) === true;
  }

  addFailedRemoval(room: string, removal: FailedRemoval): void {
    this.#failedRemovals.set(room, removalKey(removal), removal);
  }

  /** The session is not to be removed, or is removed. */
  deleteFailedRemoval(room: string, removal: Pick<FailedRemoval, "id" | "session">): void {
    this.#failedRemovals.delete(room, removalKey(removal));
  }

  failedRemovals(room: string): FailedRemoval[] {
    const removals = [...this.#failedRemovals.of(room).values()];
    return removals.filter(({ id, session }) => this.held(room, id, session) === undefined);
  }
}

/** Of one id several sessions may have failed. */
function removalKey({ id, session }: Pick<FailedRemoval, "id" | "session">): string {
  return JSON.stringify([id, session]);
}

class ByRoom<Value> {
  readonly #rooms = new Map<string, Map<string, Value>>();

  rooms(): Iterable<string> {
    return this.#rooms.keys();
  }

  has(room: string): boolean {
    return this.#rooms.has(room);
  }

  of(room: string): ReadonlyMap<string, Value> {
    return this.#rooms.get(room) ?? new Map<string, Value>();
  }

  get(room: string, id: string): Value | undefined {
    return this.#rooms.get(room)?.get(id);
  }

  set(room: string, id: string, value: Value): void {
    const values = this.#rooms.get(room) ?? new Map<string, Value>();
    this.#rooms.set(room, values);
    values.set(id, value);
  }

  delete(room: string, id: string): void {
    const values = this.#rooms.get(room);
    values?.delete(id);
    if (values?.size === 0) this.#rooms.delete(room);
  }
}
