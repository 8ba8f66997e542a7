import { type Clock } from "../clock.js";
import { LatestEntries } from "../latest-entries.js";

/** Bans of one room without an end: enough for a room that is being attacked, few enough to be kept in memory. */
const maxRoomBans = 256;
/**
 * Bans with an end, of all rooms together. They outlive their rooms, so that a bound for each room would not bound the
 * memory.
 */
const maxTimedBans = 10_000;

/** Names that are kept out of rooms: ids of peers, or users. The latest ones are remembered. */
export class Bans {
  /** By room, for as long as it has members. */
  readonly #ofRooms = new Map<string, LatestEntries<true>>();
  /** When each ban with an end is over, by room and name. */
  readonly #bannedUntil = new LatestEntries<number>(maxTimedBans);
  readonly #clock: Pick<Clock, "now">;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** @param banMs milliseconds; absent: until `endWithRoom` */
  add(room: string, name: string, banMs?: number): void {
    if (banMs === undefined) {
      const banned = this.#ofRooms.get(room) ?? new LatestEntries<true>(maxRoomBans);
      this.#ofRooms.set(room, banned);
      banned.set(name, true);
      return;
    }
    this.#bannedUntil.set(banKey(room, name), this.#clock.now() + banMs);
  }

  has(room: string, name: string): boolean {
    if (this.#ofRooms.get(room)?.has(name) === true) return true;
    if (this.#bannedUntil.size === 0) return false;
    const key = banKey(room, name);
    const until = this.#bannedUntil.get(key);
    if (until === undefined) return false;
    if (this.#clock.now() < until) return true;
    this.#bannedUntil.delete(key);
    return false;
  }

  /** The room has no members any more: only bans with an end go on. */
  endWithRoom(room: string): void {
    this.#ofRooms.delete(room);
  }
}

/**
 * Two different pairs never have the same key: names of rooms and peers may hold any character, and so the first length
 * is part of it.
 */
function banKey(room: string, name: string): string {
  return `${String(room.length)}:${room}${name}`;
}
