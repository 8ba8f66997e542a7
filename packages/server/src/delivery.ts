import { type ExitReason, type Presence, type ServerEventName, type ServerInput } from "@sig/protocol";
import { report, type Core } from "./core.js";
import { aboutItself, type Connection, type Member, type Room } from "./membership.js";

/**
 * The one way out. Everything a member hears goes through its own socket in the order of these calls, so
 * `created`, which is sent when the membership begins, comes before all else of that room. No Socket.IO room is
 * used: no text of a client's ever names one.
 */
export function deliver<Event extends ServerEventName>(
  core: Core,
  connection: Connection,
  event: Event,
  payload: ServerInput<Event>,
): void {
  try {
    connection.socket.emit(event, payload);
  } catch (cause) {
    // A listener for outgoing packets, say, that the host has put on the socket: other members still have to be told.
    report(core, "socket", cause);
  }
}

/** To every member with a key that is online, except one. */
export function announce<Event extends ServerEventName>(
  core: Core,
  room: Room,
  except: Member | undefined,
  event: Event,
  payload: ServerInput<Event>,
): void {
  for (const member of room.members.values()) {
    if (member !== except && member.keyed && member.connection !== undefined)
      deliver(core, member.connection, event, payload);
  }
}

/** Tells everyone else of a newcomer. */
export function announceJoined(core: Core, newcomer: Member): void {
  const { room } = newcomer;
  announce(core, room, newcomer, "joined", { id: newcomer.id, room: room.name, ...aboutItself(newcomer) });
  announceToKeyless(core, room, newcomer, "joined", { id: newcomer.id, room: room.name });
}

/**
 * Tells that a member came back. To members without a key it never went; those of them that joined while it was away
 * have not heard of it yet, and are told now.
 */
export function announceReturn(core: Core, member: Member, wasAway: boolean): void {
  announcePresence(core, member, "online");
  if (wasAway)
    announceToKeyless(
      core,
      member.room,
      member,
      "joined",
      { id: member.id, room: member.room.name },
      (other) => other.joinedAt > member.awayAt,
    );
}

export function announcePresence(core: Core, member: Member, state: Presence): void {
  announce(core, member.room, member, "presence", { id: member.id, room: member.room.name, state });
}

/** Tells those who know of a member that it has left. */
export function announceExit(core: Core, member: Member, reason: ExitReason): void {
  const { room, id } = member;
  const wasAway = member.connection === undefined;
  announce(core, room, member, "exit", { from: id, room: room.name, reason });
  announceToKeyless(
    core,
    room,
    member,
    "exit",
    { from: id, room: room.name },
    (other) => !wasAway || other.joinedAt <= member.awayAt,
  );
}

/** Tells a member itself that it is one no longer. */
export function tellExit(core: Core, member: Member, reason: ExitReason, message?: string): void {
  if (member.connection === undefined) return;
  const exit = { from: member.id, room: member.room.name };
  const details = { reason, ...(message !== undefined && { message }) };
  deliver(core, member.connection, "exit", member.keyed ? { ...exit, ...details } : exit);
}

function announceToKeyless<Event extends "joined" | "exit">(
  core: Core,
  room: Room,
  except: Member,
  event: Event,
  payload: ServerInput<Event>,
  concerns: (member: Member) => boolean = () => true,
): void {
  for (const member of room.members.values()) {
    if (member === except || member.keyed || member.connection === undefined || !concerns(member)) continue;
    deliver(core, member.connection, event, payload);
  }
}
