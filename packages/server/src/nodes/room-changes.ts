import { type ExitReason } from "@sig/protocol";
import {
  announce,
  announceAttributes,
  announceExit,
  announceJoined,
  announcePresence,
  announceReturn,
} from "../announcements.js";
import { attempt, type Core } from "../core.js";
import { after } from "../maybe-promise.js";
import { type Room } from "../membership.js";
import { adopt, dismiss, dismissRemoved, giveUp, reportLeftElsewhere } from "../presence.js";
import { closeIfEmpty, listMembers, noteAwayElsewhere, openRoom } from "../roster/local-view.js";
import { type RosterEntry } from "../roster/roster.js";
import { type RoomSnapshot, type RosterChange } from "../roster/shared-roster.js";
import { sameJson } from "../same-json.js";

/**
 * Makes a change of another node visible here: in the local view, and to the members of this node. A room in which this
 * node has nobody has no view.
 */
export function applyChange(core: Core, change: RosterChange): void {
  const room = core.rooms.get(change.room);
  const held = room?.held.get(change.id);
  if (change.entry === undefined && change.last !== undefined && held !== undefined) {
    dismiss(core, held, "kicked");
    return;
  }
  if (room !== undefined) applyToRoom(core, room, change);
  if (change.entry === undefined && change.last !== undefined)
    reportLeftElsewhere(core, change.room, change.last, change.reason);
}

function applyToRoom(core: Core, room: Room, change: RosterChange): void {
  if (change.entry === undefined) applyRemoval(core, room, change.id, change.reason);
  else if (change.entry.node !== core.node) applyEntry(core, room, change.entry);
  else takeAttributes(core, room, change.entry);
}

/** What this node holds it knows itself, except what the application says of it on another node. */
function takeAttributes(core: Core, room: Room, { id, session, attributes }: RosterEntry): void {
  const entry = room.members.get(id);
  if (!room.held.has(id) || entry?.session !== session) return;
  const changed = { ...entry, attributes };
  room.members.set(id, changed);
  announceAttributes(core, room, entry, changed);
}

/**
 * How long a member of another node may be absent from the store before it is taken to have left. A store that has lost
 * its data is filled again by the nodes, each with its own members.
 */
const absentMs = 10_000;

/** The whole room, after changes may have been missed. */
export function applyRoom(core: Core, { room: name, members }: RoomSnapshot): void {
  const room = core.rooms.get(name);
  if (room === undefined) return;
  const listed = new Set(members.map(({ id }) => id));
  const absent = [...room.members.values()].filter(({ id }) => !listed.has(id) && !room.held.has(id));
  if (absent.length > 0) core.settings.clock.after(absentMs, () => removeAbsent(core, room, absent));
  for (const entry of members) if (entry.node !== core.node) applyEntry(core, room, entry);
}

function removeAbsent(core: Core, room: Room, absent: readonly RosterEntry[]): void {
  if (core.rooms.get(room.name) !== room) return;
  const remove = (members: readonly RosterEntry[] | undefined): void => {
    const present = new Set(members?.map(({ id }) => id));
    for (const { id, session } of absent)
      if (members !== undefined && !present.has(id) && room.members.get(id)?.session === session)
        applyRemoval(core, room, id, "lost");
  };
  attempt(core, "roster", () => after(listMembers(core, room.name), remove));
}

/**
 * Ends the memberships of this node that are not in the store, though it has added them anew: they were banned
 * meanwhile, or a fault has lost them. The application has decided nothing here, and so they may come back: whoever is
 * banned is rejected then.
 */
export function dismissUnlisted(core: Core, { room: name, members }: RoomSnapshot): void {
  const listed = new Set(members.map(({ id }) => id));
  const held = [...(core.rooms.get(name)?.held.values() ?? [])];
  for (const membership of held) if (!listed.has(membership.id)) dismiss(core, membership, "closed");
}

/**
 * The view of a room as the store has it: brought up to date, or opened. A node whose last member went elsewhere and
 * came back has missed what happened meanwhile.
 */
export function syncRoom(core: Core, snapshot: RoomSnapshot): Room {
  applyRoom(core, snapshot);
  const { room, members } = snapshot;
  return core.rooms.get(room) ?? openRoom(core, room, members);
}

/** Members of a node that has died are away here, and leave from here unless they come back. */
export function applyAdoption(core: Core, snapshot: RoomSnapshot, ids: readonly string[]): void {
  const room = syncRoom(core, snapshot);
  for (const entry of snapshot.members) if (ids.includes(entry.id)) adoptEntry(core, room, entry);
}

/** A member of another node is away here from now on, as the other members see. */
export function adoptEntry(core: Core, room: Room, entry: RosterEntry): void {
  const { id } = entry;
  const before = room.members.get(id);
  const held = room.held.get(id);
  // This node has missed that it went elsewhere.
  if (held !== undefined) giveUp(core, held);
  adopt(core, room, entry);
  announceDifference(core, room, before, entry, undefined);
}

/** A member has left, by what another node did. */
export function applyRemoval(core: Core, room: Room, id: string, reason: ExitReason): void {
  const held = room.held.get(id);
  if (held !== undefined) {
    // It was this node's to end; only the application has other ways.
    if (reason === "kicked" || reason === "expired") dismissRemoved(core, held, reason);
    return;
  }
  if (!room.members.delete(id)) return;
  const awayAt = room.awayElsewhere?.get(id);
  room.awayElsewhere?.delete(id);
  announceExit(core, room, { id, awayAt }, reason);
}

function applyEntry(core: Core, room: Room, entry: RosterEntry): void {
  const { id } = entry;
  const before = room.members.get(id);
  const held = room.held.get(id);
  if (held !== undefined) giveUp(core, held);
  room.members.set(id, entry);
  if (closeIfEmpty(core, room)) return;
  const awayAt = room.awayElsewhere?.get(id);
  if (entry.state === "online") room.awayElsewhere?.delete(id);
  else if (awayAt === undefined) noteAwayElsewhere(room, id, room.joins);
  announceDifference(core, room, before, entry, awayAt);
}

/** @param awayAt the value of the room's `joins` when it went away; absent if it was online */
function announceDifference(
  core: Core,
  room: Room,
  before: RosterEntry | undefined,
  entry: RosterEntry,
  awayAt: number | undefined,
): void {
  const { id, state, metadata } = entry;
  if (before === undefined) announceJoined(core, room, entry);
  if (state === "away" && before?.state !== "away") announcePresence(core, room, id, "away");
  if (before === undefined) return;
  const isReturn = state === "online" && (before.state === "away" || before.session !== entry.session);
  if (isReturn) announceReturn(core, room, { id, awayAt });
  if (!sameJson(before.metadata, metadata)) announce(core, room, id, "metadata", { id, room: room.name, metadata });
  announceAttributes(core, room, before, entry);
}
