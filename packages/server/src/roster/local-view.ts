import { type ExitReason } from "@sig/protocol";
import { type Answer } from "../application-call.js";
import { attempt, type Core } from "../core.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { type Connection, type Membership, type Room } from "../membership.js";
import { askRoster } from "./ask-roster.js";
import { type RosterEntry } from "./roster.js";
import { type SharedRoster } from "./shared-roster.js";

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
  changes: Partial<Pick<RosterEntry, "state" | "metadata" | "user">>,
): RosterEntry | undefined {
  const entry = room.members.get(id);
  if (entry === undefined) return undefined;
  const changed = { ...entry, ...changes };
  room.members.set(id, changed);
  attempt(core, "roster", () => core.settings.roster.update(room.name, id, entry.session, changes));
  return changed;
}

/**
 * Removes an entry, and what this node holds of the member, here alone.
 * @returns the entry; absent if it was removed before
 */
export function forgetEntry(core: Core, { room, id }: Membership): RosterEntry | undefined {
  const entry = room.members.get(id);
  if (entry === undefined) return undefined;
  room.members.delete(id);
  room.held.delete(id);
  closeIfEmpty(core, room);
  return entry;
}

/** The same in the roster. Returns whether it had the entry. */
export function removeFromRoster(
  { settings }: Core,
  room: string,
  { id, session }: RosterEntry,
  reason: ExitReason,
): MaybePromise<boolean> {
  // A roster of one node takes no reason, and ignores it.
  const roster: Pick<SharedRoster, "remove"> = settings.roster;
  return roster.remove(room, id, session, reason);
}

/** @returns whether this node holds nobody in the room any more, and has forgotten it */
export function closeIfEmpty(core: Core, room: Room): boolean {
  if (room.held.size > 0) return false;
  core.rooms.delete(room.name);
  core.userBans.endWithRoom(room.name);
  if (core.rooms.size === 0) core.draining?.emptied();
  return true;
}

/**
 * A room in which this node holds nobody yet, with those who are members elsewhere.
 * @param listed all members as the roster has them; one of this node that has left may still be among them
 */
export function openRoom(core: Core, name: string, listed: readonly RosterEntry[] = []): Room {
  const elsewhere = listed.filter(({ node }) => node !== core.node);
  const room: Room = {
    name,
    members: new Map(elsewhere.map((entry) => [entry.id, entry])),
    held: new Map(),
    awayElsewhere: undefined,
    joins: 0,
  };
  // Whoever joins here finds them away.
  for (const { id, state } of elsewhere) if (state === "away") noteAwayElsewhere(room, id, 0);
  core.rooms.set(name, room);
  return room;
}

/** A member is away on another node, since the room's `joins` had this value. */
export function noteAwayElsewhere(room: Room, id: string, awayAt: number): void {
  room.awayElsewhere ??= new Map();
  room.awayElsewhere.set(id, awayAt);
}

/** What this node holds of a member from now on: away, until it is given a connection. */
export function beginMembership(room: Room, id: string): Membership {
  room.joins += 1;
  const membership: Membership = {
    id,
    room,
    joinedAt: room.joins,
    connection: undefined,
    awayAt: 0,
    awaySince: 0,
    leavingAt: undefined,
    cancelGrace: undefined,
    cancelRenewal: undefined,
    token: undefined,
    trace: undefined,
    expiresAt: undefined,
    cancelExpiry: undefined,
    lastTask: undefined,
  };
  room.held.set(id, membership);
  return membership;
}

/** The entry of a member in the roster, which may know more than this node. */
export function findEntry(core: Core, room: string, id: string): MaybePromise<Answer<RosterEntry | undefined>> {
  const found = askRoster(core, (roster) => roster.find(room, id));
  if (core.shared === undefined) return found;
  // A process that was stopped for a while receives an old answer, and the end of the connection, in the same turn of
  // the event loop: the caller is to know both.
  return after<Answer<RosterEntry | undefined>, Answer<RosterEntry | undefined>>(
    found,
    (answer) => new Promise((resolve) => setImmediate(() => resolve(answer))),
  );
}

/** The members of a room as the roster lists them; nothing if it gives no answer. */
export function listMembers(core: Core, room: string): MaybePromise<readonly RosterEntry[] | undefined> {
  return after<Answer<readonly RosterEntry[]>, readonly RosterEntry[] | undefined>(
    askRoster(core, (roster) => roster.list(room)),
    (answer) => (answer.ok ? answer.value : undefined),
  );
}
