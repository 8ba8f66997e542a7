import { attempt, report, type Core } from "../core.js";
import { isPromiseLike, type MaybePromise } from "../maybe-promise.js";
import { type Connection, type Membership } from "../membership.js";
import { type RosterEntry } from "./roster.js";

/**
 * The local view of the roster: `core.rooms`, with an entry for each member that this node knows. It changes at once
 * and the roster after it, so that a lookup never waits for a roster that has to ask others.
 */

/** What the room knows of a member; absent once the membership has ended. */
export function entryOf({ room, id }: Membership): RosterEntry | undefined {
  return room.members.get(id);
}

/** The membership with a key that a connection has in a room, or in any room for `undefined`. */
export function keyedMembership({ memberships }: Connection, room: string | undefined): Membership | undefined {
  const isKeyed = (membership: Membership): boolean => entryOf(membership)?.keyed === true;
  if (room === undefined) return [...memberships.values()].find(isKeyed);
  const membership = memberships.get(room);
  return membership !== undefined && isKeyed(membership) ? membership : undefined;
}

/** Changes fields of an entry, here and in the roster. */
export function changeEntry(
  core: Core,
  { room, id }: Membership,
  changes: Partial<Pick<RosterEntry, "state" | "metadata" | "user" | "attributes">>,
): RosterEntry | undefined {
  const entry = room.members.get(id);
  if (entry === undefined) return undefined;
  const changed = { ...entry, ...changes };
  room.members.set(id, changed);
  attempt(core, "roster", () => core.settings.roster.update(room.name, id, entry.session, changes));
  return changed;
}

/**
 * Removes an entry, and what this node holds of the member, here and in the roster.
 * @returns the entry; absent if it was removed before
 */
export function removeEntry(core: Core, membership: Membership): RosterEntry | undefined {
  const { room, id } = membership;
  const entry = room.members.get(id);
  if (entry === undefined) return undefined;
  room.members.delete(id);
  room.held.delete(id);
  if (room.members.size === 0) {
    core.rooms.delete(room.name);
    core.userBans.endWithRoom(room.name);
  }
  attempt(core, "roster", () => core.settings.roster.remove(room.name, id, entry.session));
  return entry;
}

/** The members of a room as the roster lists them; nothing if it fails, which is reported. */
export function listMembers(core: Core, room: string): MaybePromise<readonly RosterEntry[] | undefined> {
  try {
    const listed = core.settings.roster.list(room);
    return isPromiseLike(listed) ? listed.then(undefined, (cause: unknown) => noList(core, cause)) : listed;
  } catch (cause) {
    return noList(core, cause);
  }
}

function noList(core: Core, cause: unknown): readonly RosterEntry[] | undefined {
  report(core, "roster", cause);
  return undefined;
}
