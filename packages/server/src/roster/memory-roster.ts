import { systemClock, type Clock } from "../clock.js";
import { Bans } from "./bans.js";
import { type Admission, type Roster, type RosterEntry } from "./roster.js";

/** The roster of a single node, in its memory. It answers everything at once. */
export class MemoryRoster implements Roster {
  readonly #rooms = new Map<string, Map<string, RosterEntry>>();
  readonly #bans: Bans;

  /** @param options.clock measures bans that expire; for tests. Default: the clock of this process */
  constructor({ clock = systemClock }: { readonly clock?: Clock | undefined } = {}) {
    this.#bans = new Bans(clock);
  }

  add(room: string, entry: RosterEntry, maxPeers: number): Admission {
    const entries = this.#rooms.get(room) ?? new Map<string, RosterEntry>();
    const previous = entries.get(entry.id);
    if (this.#bans.has(room, entry.id)) return { ok: false, reason: "banned" };
    if (previous === undefined && entries.size >= maxPeers) return { ok: false, reason: "full" };
    entries.set(entry.id, entry);
    this.#rooms.set(room, entries);
    return { ok: true, previous };
  }

  update(room: string, id: string, session: string, changes: Partial<RosterEntry>): boolean {
    const entries = this.#rooms.get(room);
    const entry = entries?.get(id);
    if (entries === undefined || entry?.session !== session) return false;
    entries.set(id, { ...entry, ...changes });
    return true;
  }

  remove(room: string, id: string, session: string): boolean {
    const entries = this.#rooms.get(room);
    if (entries?.get(id)?.session !== session) return false;
    entries.delete(id);
    if (entries.size === 0) {
      this.#rooms.delete(room);
      this.#bans.endWithRoom(room);
    }
    return true;
  }

  /** The 256 latest bans of a room are remembered, and the 10,000 latest of all that have an end. */
  ban(room: string, id: string, banMs?: number): void {
    if (banMs !== undefined || this.#rooms.has(room)) this.#bans.add(room, id, banMs);
  }

  find(room: string, id: string): RosterEntry | undefined {
    return this.#rooms.get(room)?.get(id);
  }

  list(room: string): readonly RosterEntry[] {
    return [...(this.#rooms.get(room)?.values() ?? [])];
  }

  rooms(): readonly { readonly name: string; readonly peers: number }[] {
    return Array.from(this.#rooms, ([name, entries]) => ({ name, peers: entries.size }));
  }
}
