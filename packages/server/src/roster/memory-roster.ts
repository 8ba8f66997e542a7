import { systemClock, type Clock } from "../clock.js";
import { type Admission, type Roster, type RosterEntry } from "./roster.js";

interface RoomRecord {
  readonly entries: Map<string, RosterEntry>;
  /** Ids that are banned for as long as the room has members, the latest last. */
  readonly banned: Set<string>;
}

/** Bans of one room without an end: enough for a room that is being attacked, few enough to be kept in memory. */
const maxRoomBans = 256;
/**
 * Bans with an end, of all rooms together. They outlive their rooms, so that a bound for each room would not bound the
 * memory.
 */
const maxTimedBans = 10_000;

/** The roster of a single node, in its memory. It answers everything at once. */
export class MemoryRoster implements Roster {
  readonly #rooms = new Map<string, RoomRecord>();
  /** When each ban with an end is over, by room and id; the latest last. */
  readonly #bannedUntil = new Map<string, number>();
  readonly #clock: Clock;

  /** @param options.clock measures bans that expire; for tests. Default: the clock of this process */
  constructor({ clock = systemClock }: { readonly clock?: Clock | undefined } = {}) {
    this.#clock = clock;
  }

  add(room: string, entry: RosterEntry, maxPeers: number): Admission {
    const record = this.#rooms.get(room) ?? { entries: new Map<string, RosterEntry>(), banned: new Set<string>() };
    const previous = record.entries.get(entry.id);
    if (record.banned.has(entry.id) || this.#isBanned(room, entry.id)) return { ok: false, reason: "banned" };
    if (previous === undefined && record.entries.size >= maxPeers) return { ok: false, reason: "full" };
    record.entries.set(entry.id, entry);
    this.#rooms.set(room, record);
    return { ok: true, previous };
  }

  update(room: string, id: string, session: string, changes: Partial<RosterEntry>): boolean {
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

  /** The 256 latest bans of a room are remembered, and the 10,000 latest of all that have an end. */
  ban(room: string, id: string, banMs?: number): void {
    if (banMs === undefined) {
      const banned = this.#rooms.get(room)?.banned;
      banned?.delete(id);
      banned?.add(id);
      if (banned !== undefined) dropOldest(banned, maxRoomBans);
      return;
    }
    const key = banKey(room, id);
    this.#bannedUntil.delete(key);
    this.#bannedUntil.set(key, this.#clock.now() + banMs);
    dropOldest(this.#bannedUntil, maxTimedBans);
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

  #isBanned(room: string, id: string): boolean {
    if (this.#bannedUntil.size === 0) return false;
    const key = banKey(room, id);
    const until = this.#bannedUntil.get(key);
    if (until === undefined) return false;
    if (this.#clock.now() < until) return true;
    this.#bannedUntil.delete(key);
    return false;
  }
}

/**
 * Two different pairs never have the same key: ids of rooms and peers may hold any character, and so the first length
 * is part of it.
 */
function banKey(room: string, id: string): string {
  return `${String(room.length)}:${room}${id}`;
}

function dropOldest(bans: Set<string> | Map<string, unknown>, max: number): void {
  for (const oldest of bans.keys()) {
    if (bans.size <= max) break;
    bans.delete(oldest);
  }
}
