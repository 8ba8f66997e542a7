import { type ExitReason } from "@sig/protocol";
import { type Clock } from "../clock.js";
import { type Admission, type RosterEntry } from "../roster/roster.js";
import { type RosterObserver } from "../roster/shared-roster.js";
import { EnteredRooms } from "./entered-rooms.js";
import { EntriesOfOthers } from "./entries-of-others.js";
import { type RoomChange } from "./envelope.js";
import { OwnEntries, type OwnEntry } from "./own-entries.js";
import { RoomFeeds } from "./room-feeds.js";
import { RoomQueue } from "./room-queue.js";
import { type RestoreNote, type RoomStore } from "./room-store.js";
import { outcomeFor, rosterChange, viewOf } from "./room-view.js";

/** How long a join waits for changes that others made before it. They arrive with it, unless they are lost. */
const orderMs = 1_000;

/** The rooms in which this node has members: changes them, follows them, and restores what the store has lost. */
export class OwnRooms {
  readonly #store: RoomStore;
  readonly #node: string;
  readonly #clock: Clock;
  readonly #observer: () => RosterObserver | undefined;
  readonly #own = new OwnEntries();
  readonly #queue = new RoomQueue();
  readonly #feeds: RoomFeeds;
  readonly #entered: EnteredRooms;
  readonly #others: EntriesOfOthers;
  /** The rooms in which a command has failed: the store may differ from what this node knows. */
  readonly #failed = new Set<string>();
  /** The rooms whose repair waits for its turn. */
  readonly #repairing = new Set<string>();

  constructor(store: RoomStore, node: string, clock: Clock, observer: () => RosterObserver | undefined) {
    this.#store = store;
    this.#node = node;
    this.#clock = clock;
    this.#observer = observer;
    this.#entered = new EnteredRooms(store, (room) => this.#failed.add(room));
    this.#feeds = new RoomFeeds({ deliver: (change) => this.#deliver(change), read: (room) => this.#repair(room) });
    const [own, feeds, entered] = [this.#own, this.#feeds, this.#entered];
    this.#others = new EntriesOfOthers({ node, store, own, feeds, entered, observer });
  }

  get isEmpty(): boolean {
    return this.#own.rooms().length === 0;
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Runs a command when those before it in the same room are done. */
  run<Value>(room: string, command: () => Promise<Value>): Promise<Value> {
    return this.#queue.run(room, command);
  }

  async add(room: string, entry: RosterEntry, maxPeers: number): Promise<Admission> {
    const { admission, inOrder } = await this.#change(room, async () => {
      const isFirst = !this.#own.entries.has(room);
      this.#entered.enter(room);
      const added = await this.#store.add(room, entry, maxPeers).catch((cause: unknown) => {
        // It may have been added all the same.
        this.#own.addFailedRemoval(room, { id: entry.id, session: entry.session, reason: "left" });
        throw cause;
      });
      if (!added.ok) return { admission: added, inOrder: undefined };
      const { version, added: stored, previous, members } = added;
      this.#own.deleteFailedRemoval(room, entry);
      this.#own.entries.set(room, entry.id, { ...stored, adopted: false });
      // Others may have taken this node for dead: its own members are as it knows them, and are restored.
      const listed = viewOf(this.#node, members, this.#own.entries.of(room));
      const admitted: Admission = { ok: true, previous: previous?.entry, members: listed };
      return { admission: admitted, inOrder: this.#reach(room, version, isFirst) };
    });
    await inOrder;
    return admission;
  }

  async update(room: string, id: string, session: string, changes: Partial<RosterEntry>): Promise<boolean> {
    const own = this.#own.held(room, id, session);
    const isSame = (changes.session ?? session) === session && (changes.node ?? own?.entry.node) === own?.entry.node;
    if (own === undefined || !isSame) return this.#changeOther(room, id, session, changes, false);
    this.#own.entries.set(room, id, { ...own, entry: { ...own.entry, ...changes } });
    // Its node may be alive, and has to notice that they were changed.
    if (own.adopted && "attributes" in changes) return this.#changeOther(room, id, session, changes, true);
    return this.#change(room, async () => {
      const latest = this.#own.held(room, id, session);
      if (latest === undefined) return false;
      this.#entered.enter(room);
      const { version, changes: made, notes } = await this.#store.restore(room, [latest], [], false);
      if (made > 0) this.#feeds.of(room).own(version, ignore);
      const isLost = notes.some(({ what }) => what === "kicked" || what === "banned" || what === "taken");
      const isReturned = notes.some(({ what }) => what === "returned");
      if (isReturned) this.#observer()?.onReturned(room, [id]);
      else if (notes.length > 0) this.#repair(room);
      // It went elsewhere while this was under way, and the store may have lost it since: then it was added again. One
      // that this node ends is removed with its own reason.
      else if (made > 0 && !this.#own.isKept(room, { id, session })) {
        const removed = await this.#store.remove(room, id, session, "lost", this.#node);
        if (typeof removed === "number") this.#feeds.of(room).own(removed, ignore);
        return false;
      }
      return !isLost;
    });
  }

  async remove(room: string, id: string, session: string, reason: ExitReason): Promise<boolean> {
    const own = this.#own.held(room, id, session);
    const owner = own?.adopted === true ? this.#node : undefined;
    this.#own.release(room, id, session);
    const done = this.#own.beginRemoval(room, { id, session });
    const removed = this.#change(room, async () => {
      // A join that was under way has added it since.
      this.#own.release(room, id, session);
      const version = await this.#store.remove(room, id, session, reason, owner).catch((cause: unknown) => {
        this.#own.addFailedRemoval(room, { id, session, reason });
        throw cause;
      });
      const notify = (): void => this.#observer()?.onChange({ room, id, session, reason });
      // What became of an own member the observer knows.
      if (typeof version === "number") this.#feeds.of(room).own(version, own === undefined ? notify : ignore);
      // What the store had lost, this node has ended all the same if it held it.
      return version === "absent" ? own !== undefined : version !== undefined;
    });
    return removed.finally(done);
  }

  /** Takes the members of a dead node over. */
  adopt(room: string, dead: string): Promise<void> {
    return this.#change(room, () => this.#others.adopt(room, dead));
  }

  receive(change: RoomChange): void {
    const isGivenBack = change.stored?.owner === this.#node && !this.#own.entries.has(change.room);
    if (isGivenBack) this.#deliver(change);
    else this.#feeds.receive(change);
  }

  /** Restores and reads all rooms, or only those in which a command has failed. */
  repair(which: "all" | "failed"): void {
    if (which === "all") {
      this.#feeds.loseAll();
      // A room without own entries may have a join under way.
      for (const room of [...this.#own.rooms(), ...this.#feeds.rooms()]) this.#failed.add(room);
    }
    for (const room of this.#failed) this.#repair(room);
  }

  #repair(room: string): void {
    if (this.#repairing.has(room)) return;
    this.#repairing.add(room);
    this.#change(room, () => this.#restore(room)).catch((cause: unknown) => this.#observer()?.onFault(cause));
  }

  async #restore(room: string): Promise<void> {
    this.#repairing.delete(room);
    this.#failed.delete(room);
    // From here on changes are kept: the observer gets them after the room as it is read.
    this.#feeds.of(room).lose();
    const { entries } = this.#own;
    const [own, removals] = [[...entries.of(room).values()], this.#own.failedRemovals(room)];
    if (own.length > 0) this.#entered.enter(room);
    const { version, notes, members } = await this.#store.restore(room, own, removals, true);
    for (const removal of removals) this.#own.deleteFailedRemoval(room, removal);
    // A join whose reply came just before this one is known to the observer by then.
    await new Promise((resolve) => setImmediate(resolve));
    this.#heed(room, own, notes);
    if (!entries.has(room) && notes.length === 0) return;
    this.#observer()?.onRoom({ room, members: viewOf(this.#node, members, entries.of(room)) });
    this.#feeds.of(room).start(version);
    const returned = notes.filter(({ what }) => what === "returned").map(({ id }) => id);
    if (returned.length > 0) this.#observer()?.onReturned(room, returned);
    // What else this node knows of them is not in the store yet.
    if (notes.some(({ what }) => what === "changed")) this.#repair(room);
  }

  /** Does to own entries what others have done to them, as the store notes. */
  #heed(room: string, own: readonly OwnEntry[], notes: readonly RestoreNote[]): void {
    for (const { id, what, stored } of notes) {
      const last = own.find(({ entry }) => entry.id === id)?.entry;
      const session = last?.session;
      if (what === "changed") {
        const entry = stored && this.#own.merge(room, stored);
        if (entry !== undefined) this.#observer()?.onChange({ room, id, entry });
      } else if (what !== "returned") this.#own.release(room, id, session);
      // Whoever has kicked it has reported that it left; nobody has where the store had lost it.
      if (session !== undefined && (what === "kicked" || what === "banned"))
        this.#observer()?.onChange({ room, id, session, reason: "kicked", ...(what === "banned" && { last }) });
    }
  }

  #changeOther(...args: Parameters<EntriesOfOthers["change"]>): Promise<boolean> {
    return this.#change(args[0], () => this.#others.change(...args));
  }

  #deliver(change: RoomChange): void {
    const { room, id } = change;
    const own = this.#own.entries.get(room, id);
    const outcome = outcomeFor(this.#node, change, own);
    if (outcome === "restore") {
      this.#repair(room);
      return;
    }
    if (outcome === "release") this.#own.entries.delete(room, id);
    if (outcome === "take") this.#take(room, id);
    if (outcome === "merge" && change.stored !== undefined) this.#own.merge(room, change.stored);
    this.#observer()?.onChange(rosterChange(change));
    // Its last member was taken over: others go on without this node.
    if (outcome === "release" && !this.#own.entries.has(room)) void this.#change(room, () => Promise.resolve());
  }

  /** Another node has given an entry back to this one, unless a command of this node has removed it since. */
  #take(room: string, id: string): void {
    const taken = this.#change(room, async () => {
      const stored = (await this.#store.find(room, id))?.stored;
      if (stored?.owner !== this.#node || this.#own.held(room, id, stored.entry.session) !== undefined) return;
      const isFirst = !this.#own.entries.has(room);
      this.#own.entries.set(room, id, { ...stored, adopted: false });
      if (isFirst) this.#repair(room);
    });
    taken.catch((cause: unknown) => this.#observer()?.onFault(cause));
  }

  /** Resolves when the observer has been notified of what happened before this version, and before it is of more. */
  #reach(room: string, version: number, isFirst: boolean): Promise<void> {
    const feed = this.#feeds.of(room);
    return new Promise<void>((resolve) => {
      const reached = (): void => {
        cancel();
        feed.hold();
        resolve();
        setImmediate(() => feed.release());
      };
      const cancel = this.#clock.after(orderMs, () => {
        resolve();
        this.#repair(room);
      });
      // Without an observer there is nothing to wait for.
      if (!isFirst && this.#observer() !== undefined) feed.own(version, reached);
      else {
        reached();
        feed.start(version);
      }
    });
  }

  /** Runs a command that may change the room; afterwards the room is left if this node has no members in it. */
  #change<Value>(room: string, command: () => Promise<Value>): Promise<Value> {
    return this.#queue.run(room, async () => {
      const feed = this.#feeds.of(room);
      feed.begin();
      try {
        return await command();
      } catch (cause) {
        this.#failed.add(room);
        throw cause;
      } finally {
        if (!this.#own.entries.has(room)) {
          this.#feeds.forget(room);
          // Whoever adopts the members of this node has to find what it could not remove.
          if (this.#own.failedRemovals(room).length === 0) this.#entered.leave(room);
        }
        feed.end();
      }
    });
  }
}

function ignore(): void {
  // Nobody waits for it.
}
