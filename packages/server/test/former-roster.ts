import { type Capabilities, type Json, type Presence } from "@sig/server";

type MaybePromise<Value> = Value | PromiseLike<Value>;

/** The entry of a roster as it was before it had `node` and `user`. */
export interface FormerEntry {
  readonly id: string;
  readonly keyed: boolean;
  readonly state: Presence;
  readonly metadata?: Json | undefined;
  readonly capabilities?: Capabilities | undefined;
  readonly session: string;
}

type FormerAdmission =
  | { readonly ok: true; readonly previous: FormerEntry | undefined }
  | { readonly ok: false; readonly reason: "full" | "banned" };

/**
 * The port as it was before reads could take time and bans could expire: rosters of applications are written for it.
 */
interface FormerRosterPort {
  add(room: string, entry: FormerEntry, maxPeers: number): MaybePromise<FormerAdmission>;
  update(
    room: string,
    id: string,
    session: string,
    changes: Partial<Pick<FormerEntry, "state" | "metadata">>,
  ): MaybePromise<boolean>;
  remove(room: string, id: string, session: string): MaybePromise<boolean>;
  ban(room: string, id: string): MaybePromise<void>;
  find(room: string, id: string): FormerEntry | undefined;
  list(room: string): readonly FormerEntry[];
  rooms(): MaybePromise<readonly { readonly name: string; readonly peers: number }[]>;
}

/** A roster with exactly the members of the former port. */
export class FormerRoster implements FormerRosterPort {
  readonly #rooms = new Map<string, FormerEntry[]>();
  readonly #bans = new Map<string, string[]>();

  add(room: string, entry: FormerEntry, maxPeers: number): FormerAdmission {
    const entries = this.#rooms.get(room) ?? [];
    const index = entries.findIndex(({ id }) => id === entry.id);
    if (this.#bans.get(room)?.includes(entry.id) === true) return { ok: false, reason: "banned" };
    if (index < 0 && entries.length >= maxPeers) return { ok: false, reason: "full" };
    const previous = entries[index];
    entries[index < 0 ? entries.length : index] = entry;
    this.#rooms.set(room, entries);
    return { ok: true, previous };
  }

  update(
    room: string,
    id: string,
    session: string,
    changes: Partial<Pick<FormerEntry, "state" | "metadata">>,
  ): boolean {
    const entries = this.#rooms.get(room) ?? [];
    const index = entries.findIndex((entry) => entry.id === id && entry.session === session);
    const entry = entries[index];
    if (entry === undefined) return false;
    entries[index] = { ...entry, ...changes };
    return true;
  }

  remove(room: string, id: string, session: string): boolean {
    const entries = this.#rooms.get(room) ?? [];
    const left = entries.filter((entry) => entry.id !== id || entry.session !== session);
    if (left.length === entries.length) return false;
    this.#rooms.set(room, left);
    if (left.length > 0) return true;
    this.#rooms.delete(room);
    this.#bans.delete(room);
    return true;
  }

  ban(room: string, id: string): void {
    if (this.#rooms.has(room)) this.#bans.set(room, [...(this.#bans.get(room) ?? []), id].slice(-256));
  }

  find(room: string, id: string): FormerEntry | undefined {
    return this.list(room).find((entry) => entry.id === id);
  }

  list(room: string): readonly FormerEntry[] {
    return [...(this.#rooms.get(room) ?? [])];
  }

  rooms(): readonly { readonly name: string; readonly peers: number }[] {
    return Array.from(this.#rooms, ([name, entries]) => ({ name, peers: entries.length }));
  }
}
