import { leavingCountsMs, type ExitReason } from "@sig/protocol";
import { attempt, type Core } from "./core.js";
import { announceExit, announcePresence } from "./delivery.js";
import { describe, type Connection, type Member } from "./membership.js";
import { refusals } from "./refusals.js";

/** Ends a membership and tells the others. What is said to the member itself is up to the caller, before. */
export function leave(core: Core, member: Member, reason: ExitReason): void {
  const peer = describe(member);
  if (!forget(core, member)) return;
  announceExit(core, member, reason);
  core.log.info("peer left", { room: member.room.name, peer: member.id, reason });
  core.events.emit("peerLeft", { room: member.room.name, peer, reason });
}

/** Takes a membership out of everything that knows of it. False if that was done before. */
export function forget(core: Core, member: Member): boolean {
  const { room, id, session } = member;
  if (room.members.get(id) !== member) return false;
  clearTimeout(member.graceTimer);
  clearTimeout(member.renewalTimer);
  room.members.delete(id);
  if (room.members.size === 0) core.rooms.delete(room.name);
  if (member.connection?.memberships.get(room.name) === member) member.connection.memberships.delete(room.name);
  attempt(core, "roster", () => core.settings.roster.remove(room.name, id, session));
  return true;
}

/** A socket is gone: peers with a key are away for a while, unless they said that they leave. All others have left. */
export function drop(core: Core, connection: Connection): void {
  core.connections.delete(connection.socket.id);
  for (const join of connection.pendingJoins.values()) join.cancel(refusals.gone);
  for (const member of [...connection.memberships.values()]) {
    if (saidLeaving(member)) leave(core, member, "left");
    else if (member.keyed && connection.graceMs > 0) goAway(core, member, connection.graceMs);
    else leave(core, member, "lost");
  }
}

function saidLeaving({ leavingAt }: Member): boolean {
  return leavingAt !== undefined && performance.now() - leavingAt < leavingCountsMs;
}

function goAway(core: Core, member: Member, graceMs: number): void {
  const { room, id, session } = member;
  clearTimeout(member.renewalTimer);
  member.connection?.memberships.delete(room.name);
  member.connection = undefined;
  member.awayAt = room.joins;
  member.graceTimer = setTimeout(() => leave(core, member, "lost"), graceMs);
  member.graceTimer.unref();
  attempt(core, "roster", () => core.settings.roster.update(room.name, id, session, { state: "away" }));
  announcePresence(core, member, "away");
  core.log.info("peer away", { room: room.name, peer: id });
  core.events.emit("peerAway", { room: room.name, peer: describe(member) });
}
