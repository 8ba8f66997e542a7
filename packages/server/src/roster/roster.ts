import { type Capabilities, type Json, type Presence } from "@sig/protocol";
import { type MaybePromise } from "../maybe-promise.js";

/**
 * What a roster knows of one member of a room: plain data, which can be stored anywhere. Store it as a whole: a later
 * version may add fields.
 */
export interface RosterEntry {
  readonly id: string;
  /** Whether it joined with a key; a legacy client joins without. */
  readonly keyed: boolean;
  readonly state: Presence;
  readonly metadata?: Json | undefined;
  readonly capabilities?: Capabilities | undefined;
  /** The id of the socket that holds the membership. A socket that was replaced can no longer change the entry. */
  readonly session: string;
  /** The node that the socket is connected to; absent with a single node. */
  readonly node?: string | undefined;
  /** The application's name for the person or device behind the peer; absent if it gave none. */
  readonly user?: string | undefined;
  /** What the application says of the peer. */
  readonly attributes?: Json | undefined;
  /** The features that the peer named when it joined. */
  readonly features?: readonly string[] | undefined;
  /** When the membership began, in milliseconds since 1970. */
  readonly joinedAt?: number | undefined;
}

/** The outcome of a join. */
export type Admission =
  | {
      readonly ok: true;
      /** The entry that had the same id before. */
      readonly previous: RosterEntry | undefined;
      /** The room right after the join, in the order of `list`, which is asked otherwise. */
      readonly members?: readonly RosterEntry[] | undefined;
    }
  | { readonly ok: false; readonly reason: "full" | "banned" };

/**
 * Stores who is in which room. Every method may return a value or a promise; joins are quickest if reads return values.
 * A join that has no answer from it within five seconds is rejected with `INTERNAL`, and its entry removed should it be
 * added later; a member whose room is not listed by then finds those of this node. Every implementation must pass the
 * tests in `test/roster-suite.ts`.
 */
export interface Roster {
  /**
   * Adds a member. It replaces an entry of the same id, which takes no second place. Rejects with `full` if the room
   * has `maxPeers` others, and with `banned` if the id is banned. Atomic: of two members that join for the last place,
   * one gets it.
   */
  add(room: string, entry: RosterEntry, maxPeers: number): MaybePromise<Admission>;
  /**
   * Changes fields of an entry; `session` too, where a membership goes back to the socket that it was taken from.
   * Returns false and changes nothing if no entry has that id and session.
   */
  update(room: string, id: string, session: string, changes: Partial<RosterEntry>): MaybePromise<boolean>;
  /** Removes an entry, and the room with its last entry. Returns false if no entry has that id and session. */
  remove(room: string, id: string, session: string): MaybePromise<boolean>;
  /**
   * Bans an id from a room: for `banMs` milliseconds, even if the room is empty meanwhile; without `banMs`, for as long
   * as the room has members. A roster may ignore `banMs`, and may keep only the latest 256 bans of a room.
   */
  ban(room: string, id: string, banMs?: number): MaybePromise<void>;
  find(room: string, id: string): MaybePromise<RosterEntry | undefined>;
  /** The members of a room in the order in which they joined. */
  list(room: string): MaybePromise<readonly RosterEntry[]>;
  /** Every room that has members, with their number. */
  rooms(): MaybePromise<readonly { readonly name: string; readonly peers: number }[]>;
}
