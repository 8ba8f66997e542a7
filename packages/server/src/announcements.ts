import { type ExitReason, type Presence, type ServerInput } from "@sig/protocol";
import { type Core } from "./core.js";
import { describeToPeers } from "./describe.js";
import { type Membership, type Room } from "./membership.js";
import { type RosterEntry } from "./roster/roster.js";
import { type NoticeEvent } from "./routing/notice-list.js";
import { sameJson } from "./same-json.js";

/**
 * Who is notified of a member's return or exit depends on when it went away: the value of the room's `joins` then;
 * absent if it is online.
 */
export interface Notified {
  readonly id: string;
  readonly awayAt: number | undefined;
}

/**
 * From how many members on notices are gathered. In smaller rooms that saves little, and delays the second of two
 * newcomers.
 */
const gatherFrom = 16;

/**
 * Notifies every member of a room that is online, joined with a key and is connected to this node, except one. Every
 * node notifies its own.
 */
export function announce<Event extends NoticeEvent>(
  core: Core,
  room: Room,
  exceptId: string | undefined,
  event: Event,
  payload: ServerInput<Event>,
): void {
  const gather = room.members.size >= gatherFrom;
  for (const member of room.members.values()) {
    if (!isReceiver(member, exceptId) || member.node !== core.node) continue;
    if (gather && member.features?.includes("notices") === true) core.router.notify(member, event, payload);
    else core.router.deliver(member, event, payload);
  }
}

/** Sends a message to the same members. */
export function broadcast(core: Core, room: Room, exceptId: string, message: ServerInput<"message">): void {
  for (const member of room.members.values())
    if (isReceiver(member, exceptId) && member.node === core.node) core.router.deliver(member, "message", message);
}

/** How many members `announce` sends to, on all nodes together. */
export function countReceivers(room: Room, exceptId: string): number {
  let receivers = 0;
  for (const member of room.members.values()) if (isReceiver(member, exceptId)) receivers += 1;
  return receivers;
}

function isReceiver({ id, keyed, state }: RosterEntry, exceptId: string | undefined): boolean {
  return id !== exceptId && keyed && state === "online";
}

/** Announces a new member to all others. */
export function announceJoined(core: Core, room: Room, newcomer: RosterEntry): void {
  const { id } = newcomer;
  announce(core, room, id, "joined", { id, room: room.name, ...describeToPeers(newcomer) });
  announceToLegacyClients(core, room, id, "joined", { id, room: room.name });
}

/**
 * Announces that a member came back. For legacy clients it never went; those that joined while it was away have not
 * been notified of it yet.
 */
export function announceReturn(core: Core, room: Room, { id, awayAt }: Notified): void {
  announcePresence(core, room, id, "online");
  if (awayAt !== undefined)
    announceToLegacyClients(core, room, id, "joined", { id, room: room.name }, ({ joinedAt }) => joinedAt > awayAt);
}

export function announcePresence(core: Core, room: Room, id: string, state: Presence): void {
  announce(core, room, id, "presence", { id, room: room.name, state });
}

/**
 * Announces what the application says of a member, if that has changed. Where nothing is left of it, as after a fault
 * of the store, it is `null`: all peers know the same.
 */
export function announceAttributes(
  core: Core,
  room: Room,
  before: RosterEntry,
  { id, attributes = null }: RosterEntry,
  exceptId?: string,
): void {
  if (sameJson(before.attributes ?? null, attributes)) return;
  announce(core, room, exceptId, "attributes", { id, room: room.name, attributes });
}

/** Announces that a member has left, to everyone who has been notified of it. */
export function announceExit(core: Core, room: Room, { id, awayAt }: Notified, reason: ExitReason): void {
  announce(core, room, id, "exit", { from: id, room: room.name, reason });
  announceToLegacyClients(
    core,
    room,
    id,
    "exit",
    { from: id, room: room.name },
    ({ joinedAt }) => awayAt === undefined || joinedAt <= awayAt,
  );
}

/** Notifies a member that its own membership ends, by its last entry. */
export function sendExit(core: Core, room: string, entry: RosterEntry, reason: ExitReason, message?: string): void {
  if (entry.state !== "online") return;
  const exit = { from: entry.id, room };
  const details = { reason, ...(message !== undefined && { message }) };
  core.router.deliver(entry, "exit", entry.keyed ? { ...exit, ...details } : exit);
}

function announceToLegacyClients<Event extends "joined" | "exit">(
  core: Core,
  room: Room,
  exceptId: string,
  event: Event,
  payload: ServerInput<Event>,
  concerns: (membership: Membership) => boolean = () => true,
): void {
  for (const member of room.members.values()) {
    if (member.keyed || member.id === exceptId || member.state !== "online") continue;
    const membership = room.held.get(member.id);
    if (membership !== undefined && concerns(membership)) core.router.deliver(member, event, payload);
  }
}
