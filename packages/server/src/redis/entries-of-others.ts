import { type RosterEntry } from "../roster/roster.js";
import { type RosterObserver } from "../roster/shared-roster.js";
import { adoptionsOf } from "./adoption.js";
import { type EnteredRooms } from "./entered-rooms.js";
import { type OwnEntries } from "./own-entries.js";
import { type StoredEntry } from "./records.js";
import { type RoomFeeds } from "./room-feeds.js";
import { type RoomStore } from "./room-store.js";
import { viewOf } from "./room-view.js";

/** What the commands of this node share. */
interface NodeRooms {
  readonly node: string;
  readonly store: RoomStore;
  readonly own: OwnEntries;
  readonly feeds: RoomFeeds;
  readonly entered: EnteredRooms;
  observer(): RosterObserver | undefined;
}

/** Entries that other nodes hold, or held until they died. Each command runs in the queue of its room. */
export class EntriesOfOthers {
  readonly #rooms: NodeRooms;

  constructor(rooms: NodeRooms) {
    this.#rooms = rooms;
  }

  /**
   * Changes an entry that this node does not hold, or gives it to another session. It gets a new claim: the session
   * that it was taken from must not restore it, nor the node that holds its session what it was before.
   *
   * @param isKnown whether the observer knows the change
   */
  async change(
    room: string,
    id: string,
    session: string,
    changes: Partial<RosterEntry>,
    isKnown: boolean,
  ): Promise<boolean> {
    const { node, store, own, feeds, entered } = this.#rooms;
    for (;;) {
      const found = await store.find(room, id);
      if (found?.stored.entry.session !== session) return false;
      const { record, stored } = found;
      const entry = { ...stored.entry, ...changes };
      const isMoved = entry.session !== session || entry.node !== stored.entry.node;
      const owner = isMoved ? (changes.node ?? node) : stored.owner;
      const isFirst = !own.entries.has(room);
      if (owner === node) entered.enter(room);
      const { changed, members } = await store.replace(room, [
        { id, record, next: { entry, owner, place: stored.place } },
      ]);
      const version = changed.get(id);
      if (version === undefined) continue;
      const adopted = !isMoved && own.held(room, id, session)?.adopted === true;
      if (owner === node) own.entries.set(room, id, { entry, place: stored.place, claim: version, adopted });
      else own.entries.delete(room, id);
      if (isFirst && owner === node) {
        this.#rooms.observer()?.onRoom({ room, members: this.#view(room, members) });
        feeds.of(room).start(version);
      } else
        feeds.of(room).own(version, () => {
          // Of a member that its node has got back meanwhile, the observer knows what that node has restored.
          const isObserved = isMoved || (isKnown && owner === node);
          if (!isObserved) this.#rooms.observer()?.onChange({ room, id, entry });
        });
      return true;
    }
  }

  /** Takes the members of a dead node over. Each is taken by one node: the first whose script finds it unchanged. */
  async adopt(room: string, dead: string): Promise<void> {
    const { node, store, own, feeds, entered } = this.#rooms;
    const isFirst = !own.entries.has(room);
    const adoptions = adoptionsOf(await store.records(room), dead, node);
    if (adoptions.length === 0) return;
    entered.enter(room);
    const { version, changed, members } = await store.replace(room, adoptions);
    const feed = feeds.of(room);
    const adopted: string[] = [];
    for (const { id, next, claim = 0, stored } of adoptions) {
      const at = changed.get(id);
      if (at === undefined) continue;
      if (next !== undefined) {
        own.entries.set(room, id, { ...next, claim, adopted: true });
        adopted.push(id);
      }
      const notifyEnded = (): void => {
        if (next === undefined) this.#notifyEnded(room, stored.entry);
      };
      if (isFirst) notifyEnded();
      else
        feed.own(at, () => {
          notifyEnded();
          if (at === version) this.#notifyAdopted(room, members, adopted);
        });
    }
    if (!isFirst || !own.entries.has(room)) return;
    this.#notifyAdopted(room, members, adopted);
    feed.start(version);
  }

  #notifyEnded(room: string, last: RosterEntry): void {
    this.#rooms.observer()?.onChange({ room, id: last.id, session: last.session, reason: "lost", last });
  }

  #notifyAdopted(room: string, members: readonly StoredEntry[], ids: readonly string[]): void {
    if (ids.length > 0) this.#rooms.observer()?.onAdopted({ room, members: this.#view(room, members) }, ids);
  }

  #view(room: string, members: readonly StoredEntry[]): readonly RosterEntry[] {
    return viewOf(this.#rooms.node, members, this.#rooms.own.entries.of(room));
  }
}
