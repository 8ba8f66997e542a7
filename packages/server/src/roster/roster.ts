import { type Capabilities, type Json, type Presence } from "@sig/protocol";
import { type MaybePromise } from "../maybe-promise.js";

/** What a roster knows of one member of a room: plain data, which can be stored anywhere. */
export interface RosterEntry {
  readonly id: string;
  /** Whether it joined with a key; a legacy client joins without. */
  readonly keyed: boolean;
  readonly state: Presence;
  readonly metadata?: Json | undefined;
  readonly capabilities?: Capabilities | undefined;
  /** The id of the socket that holds the membership. A socket that was replaced cannot change the entry any more. */
  readonly session: string;
  /** The node that the socket is connected to; absent with a single node. */
  readonly node?: string | undefined;
  /** The application's name for the person or device behind the peer; absent where it gave none. */
  readonly user?: string | undefined;
}

/** The outcome of a join. */
export type Admission =
  | { readonly ok: true; /** The entry that had the same id before. */ readonly previous: RosterEntry | undefined }
  | { readonly ok: false; readonly reason: "full" | "banned" };

/**
 * Stores who is in which room. Every method may answer at once or with a promise; joins are quickest where reads answer
 * at once. `test/roster-suite.ts` holds for every implementation.
 */
export interface Roster {
  /**
   * Adds a member, or replaces the entry of the same id, which takes no further place. Rejects with `full` where
   * `maxPeers` others are in, and with `banned`. Atomic: of two that join for the last place, one gets it.
   */
  add(room: string, entry: RosterEntry, maxPeers: number): MaybePromise<Admission>;
  /** Changes fields of an entry. False, and nothing changes, where no entry has that id and session. */
  update(
    room: string,
    id: string,
    session: string,
    changes: Partial<Pick<RosterEntry, "state" | "metadata">>,
  ): MaybePromise<boolean>;
  /** Removes an entry; a room without entries is forgotten. False where no entry has that id and session. */
  remove(room: string, id: string, session: string): MaybePromise<boolean>;
  /**
   * Keeps an id out of a room: for `banMs` milliseconds, also when the room has become empty, or for as long as the room has members
   * where `banMs` is absent. A roster may ignore `banMs`, and may forget bans of a room beyond the latest 256.
   */
  ban(room: string, id: string, banMs?: number): MaybePromise<void>;
  find(room: string, id: string): MaybePromise<RosterEntry | undefined>;
  /** The members of a room in the order in which they joined. */
  list(room: string): MaybePromise<readonly RosterEntry[]>;
  /** Every room that has members, with their number. */
  rooms(): MaybePromise<readonly { readonly name: string; readonly peers: number }[]>;
}
