import { type Capabilities, type Json, type Presence } from "@sig/protocol";
import { type MaybePromise } from "../maybe-promise.js";

/** What a roster knows of one member of a room: plain data, which can be kept anywhere. */
export interface RosterEntry {
  readonly id: string;
  /** Whether it joined with a key. */
  readonly keyed: boolean;
  readonly state: Presence;
  readonly metadata?: Json | undefined;
  readonly capabilities?: Capabilities | undefined;
  /** The id of the socket that holds the membership. Whoever was replaced cannot change the entry any more. */
  readonly session: string;
}

/** What became of a join. */
export type Admission =
  | { readonly ok: true; /** The entry that was there under the same id. */ readonly previous: RosterEntry | undefined }
  | { readonly ok: false; readonly reason: "full" | "banned" };

/**
 * Who is in which room. What changes it may return a promise, where others have to be asked; what only looks is
 * answered at once, from a copy at hand. One behaviour suite, `test/roster-suite.ts`, holds for every implementation.
 */
export interface Roster {
  /**
   * Lets a member in, or replaces the entry of the same id, which takes no further place. Refused as `full` where
   * `maxPeers` others are in, and as `banned`. Atomic: two that come for the last place do not both get it.
   */
  add(room: string, entry: RosterEntry, maxPeers: number): MaybePromise<Admission>;
  /** Changes fields of an entry. False, and nothing changes, where there is none of that id and session. */
  update(
    room: string,
    id: string,
    session: string,
    changes: Partial<Pick<RosterEntry, "state" | "metadata">>,
  ): MaybePromise<boolean>;
  /** Takes an entry out; a room without entries is forgotten with its bans. False where there is none of that id and session. */
  remove(room: string, id: string, session: string): MaybePromise<boolean>;
  /** Keeps an id out of a room for as long as the room has members. The 256 latest are remembered. */
  ban(room: string, id: string): MaybePromise<void>;
  find(room: string, id: string): RosterEntry | undefined;
  /** The members of a room in the order in which they joined. */
  list(room: string): readonly RosterEntry[];
  /** Every room that has members, with how many. */
  rooms(): MaybePromise<readonly { readonly name: string; readonly peers: number }[]>;
}
