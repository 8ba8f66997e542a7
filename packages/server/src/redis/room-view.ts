import { type RosterChange } from "../roster/shared-roster.js";
import { type RosterEntry } from "../roster/roster.js";
import { type RoomChange } from "./envelope.js";
import { type OwnEntry } from "./own-entries.js";
import { type StoredEntry } from "./records.js";

/**
 * The members of a room for the observer. Of its own members this node knows the latest: commands that wait for their
 * turn are not in the store yet.
 */
export function viewOf(
  node: string,
  members: readonly StoredEntry[],
  own: ReadonlyMap<string, OwnEntry>,
): readonly RosterEntry[] {
  return members.flatMap(({ entry, owner }) => {
    const known = own.get(entry.id);
    if (known?.entry.session === entry.session) return [known.entry];
    return owner === node ? [] : [entry];
  });
}

/** What a change of another node means for the entry that this node has under the id. */
export type OwnOutcome =
  /** The entry stays, and is restored: its node, which is this one, is alive. */
  | "restore"
  /** The entry is not ours any more. */
  | "release"
  /** The entry is ours now: it was given back. */
  | "take"
  /** The entry stays ours, with what another node has changed. */
  | "merge"
  | "none";

export function outcomeFor(node: string, change: RoomChange, own: OwnEntry | undefined): OwnOutcome {
  const { stored } = change;
  // A later command of this node has got the id: its reply has overtaken the change.
  if (own !== undefined && change.version < own.claim) return "none";
  if (stored === undefined) {
    if (own?.entry.session !== change.session) return "none";
    // Another node ends so only what it has adopted.
    return !own.adopted && (change.reason === "lost" || change.reason === "expired") ? "restore" : "release";
  }
  if (stored.owner === node) {
    if (own?.entry.session !== stored.entry.session) return "take";
    return stored.claim > own.claim ? "merge" : "none";
  }
  if (own === undefined) return "none";
  if (own.entry.session === stored.entry.session) return own.adopted ? "release" : "restore";
  return stored.claim > own.claim ? "release" : "none";
}

export function rosterChange(change: RoomChange): RosterChange {
  const { room, id, stored } = change;
  if (stored !== undefined) return { room, id, entry: stored.entry };
  return { room, id, session: change.session, reason: change.reason };
}
