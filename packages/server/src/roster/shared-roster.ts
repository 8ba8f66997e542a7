import { type ExitReason } from "@sig/protocol";
import { type MaybePromise } from "../maybe-promise.js";
import { type Roster, type RosterEntry } from "./roster.js";

/** What has happened to one member of a room. */
export type RosterChange = {
  readonly room: string;
  readonly id: string;
} & (
  | {
      /** As it is now: it was added, changed, or taken over by another socket. */
      readonly entry: RosterEntry;
    }
  | {
      readonly entry?: undefined;
      /** The socket that held the membership that has ended. */
      readonly session: string;
      readonly reason: ExitReason;
      /**
       * Its last entry, where no other node emits `peerLeft`: the node that held it has died, and this node has removed
       * it, since it cannot come back; or this node holds it, and it was banned after the store had lost it.
       */
      readonly last?: RosterEntry | undefined;
    }
);

/** A room as the store has it at one moment. */
export interface RoomSnapshot {
  readonly room: string;
  readonly members: readonly RosterEntry[];
}

/** What a node is notified of by a roster that it shares with others. None of these may throw. */
export interface RosterObserver {
  /**
   * Another node has changed a room in which this node has members, or this node has changed an entry of another one.
   * Everything that is of one room comes in the order in which the store made it so: changes, snapshots, and the
   * answers to an `add` of this node. Whatever is done when an answer comes, in microtasks, is done before the next
   * change.
   */
  onChange(change: RosterChange): void;
  /** Such a room as a whole, after changes may have been missed. */
  onRoom(snapshot: RoomSnapshot): void;
  /**
   * The node of some members of a room has died: their entries are away now and name this node, which ends them after
   * their grace time.
   *
   * @param ids theirs
   */
  onAdopted(snapshot: RoomSnapshot, ids: readonly string[]): void;
  /**
   * Members of this node are in the store again that others had ended, with the reason `lost`: they took this node for
   * dead.
   */
  onReturned(room: string, ids: readonly string[]): void;
  /** Another node has sent this, with `send`: JSON that nobody has validated. */
  onMessage(message: unknown): void;
  onFault(cause: unknown): void;
}

/**
 * A roster that several nodes share. Each entry is changed by the node that holds its socket, and taken over or
 * adopted by another one at once and as a whole. Any node may remove one of another node, with the reason `kicked`, and
 * change its `attributes`: the node that holds it is notified, and keeps them. What one node calls is done and answered
 * in order. `add` returns the `members` of the room.
 */
export interface SharedRoster extends Roster {
  /** Names this process among the nodes: another one after each start. Entries that it adds have it as `node`. */
  readonly node: string;
  /**
   * Whether the store answers this node now; for `Signaling.metrics`. Without it the answers to the questions of joins
   * count.
   */
  readonly reachable?: boolean | undefined;
  /** Begins to take part. Returns a function that ends it. */
  observe(observer: RosterObserver): () => Promise<void>;
  /**
   * Sends JSON to another node. Messages from one node to another arrive in order, or not at all; a change of the store
   * may overtake them, or they it. Absent: messages travel through the adapter of the namespace, which must connect the
   * servers.
   */
  send?(node: string, message: unknown): MaybePromise<void>;
  /** As `Roster.remove`; the nodes of the others are notified of the reason. Default: `left`. */
  remove(room: string, id: string, session: string, reason?: ExitReason): MaybePromise<boolean>;
  /** Bans all peers of a user, as `ban` bans an id. */
  banUser(room: string, user: string, banMs?: number): MaybePromise<void>;
}

/** Tells a roster that several nodes share from one that only stores. */
export function sharedRoster(roster: Roster): SharedRoster | undefined {
  return "observe" in roster && typeof roster.observe === "function" ? (roster as SharedRoster) : undefined;
}
