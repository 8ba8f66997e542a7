import { type Admission, type Roster, type RosterEntry } from "./roster.js";

interface RoomRecord {
  readonly entries: Map<string, RosterEntry>;
  readonly banned: Set<string>;
}

const maxBans = 256;

/** The roster of a single node, in its memory. It answers everything at once. */
export class MemoryRoster implements Roster {
  readonly #rooms = new Map<string, RoomRecord>();

  add(room: string, entry: RosterEntry, maxPeers: number): Admission {
    const record = this.#rooms.get(room) ?? { entries: new Map<string, RosterEntry>(), banned: new Set<string>() };
    const previous = record.entries.get(entry.id);
    if (record.banned.has(entry.id)) return { ok: false, reason: "banned" };
    if (previous === undefined && record.entries.size >= maxPeers) return { ok: false, reason: "full" };
    record.entries.set(entry.id, entry);
    this.#rooms.set(room, record);
    return { ok: true, previous };
  }

  update(
    room: string,
    id: string,
    session: string,
    changes: Partial<Pick<RosterEntry, "state" | "metadata">>,
  ): boolean {
    const entries = this.#rooms.get(room)?.entries;
    const entry = entries?.get(id);
    if (entries === undefined || entry?.session !== session) return false;
    entries.set(id, { ...entry, ...changes });
    return true;
  }

  remove(room: string, id: string, session: string): boolean {
    const record = this.#rooms.get(room);
    if (record?.entries.get(id)?.session !== session) return false;
    record.entries.delete(id);
    if (record.entries.size === 0) this.#rooms.delete(room);
    return true;
  }

  ban(room: string, id: string): void {
    const banned = this.#rooms.get(room)?.banned;
    if (banned === undefined) return;
    banned.delete(id);
    banned.add(id);
    for (const oldest of banned) {
      if (banned.size <= maxBans) break;
      banned.delete(oldest);
    }
  }

  find(room: string, id: string): RosterEntry | undefined {
    return this.#rooms.get(room)?.entries.get(id);
  }

  list(room: string): readonly RosterEntry[] {
    return [...(this.#rooms.get(room)?.entries.values() ?? [])];
  }

  rooms(): readonly { readonly name: string; readonly peers: number }[] {
    return Array.from(this.#rooms, ([name, { entries }]) => ({ name, peers: entries.size }));
  }
}
