import { leavingCountsMs, type ExitReason } from "@sig/protocol";
import { announceExit, announcePresence, sendExit } from "./announcements.js";
import { type PeerInfo } from "./application-events.js";
import { type Answer } from "./application-call.js";
import { attempt, type Core } from "./core.js";
import { describe, describeListed } from "./describe.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { awaySinceJoins, type Connection, type Membership, type Room } from "./membership.js";
import { rejections } from "./rejections.js";
import { askRoster } from "./roster/ask-roster.js";
import {
  beginMembership,
  changeEntry,
  closeIfEmpty,
  entryOf,
  forgetEntry,
  noteAwayElsewhere,
  removeFromRoster,
} from "./roster/local-view.js";
import { type RosterEntry } from "./roster/roster.js";

/** Ends a membership and notifies the others; the member itself knows. */
export function leave(core: Core, membership: Membership, reason: ExitReason): void {
  const entry = endMembership(core, membership, reason);
  if (entry !== undefined) announceEnd(core, membership, entry, reason);
}

/**
 * Ends a membership and notifies the others and the member itself. It has ended before anybody is notified: a device
 * disconnects when it is, and would leave for another reason.
 */
export function dismiss(
  core: Core,
  membership: Membership,
  reason: "kicked" | "expired" | "closed",
  message?: string,
): void {
  const entry = endMembership(core, membership, reason);
  if (entry === undefined) return;
  sendExit(core, membership.room.name, entry, reason, message);
  announceEnd(core, membership, entry, reason);
}

/**
 * The same for a membership that another node has removed from the store. That node has emitted `peerLeft`.
 *
 * @returns its last entry; absent if it had ended before
 */
export function dismissRemoved(
  core: Core,
  membership: Membership,
  reason: "kicked" | "expired",
  message?: string,
): RosterEntry | undefined {
  const entry = endHere(core, membership, reason);
  if (entry === undefined) return undefined;
  const { room, id } = membership;
  sendExit(core, room.name, entry, reason, message);
  announceExit(core, room, { id, awayAt: awaySinceJoins(membership) }, reason);
  return entry;
}

/**
 * Ends a membership for another node whose application has kicked it. That node removes it from the store where this
 * one takes too long: whoever does so emits `peerLeft`.
 *
 * @returns resolves when the store has the membership no more; rejects if that failed
 */
export function dismissForNode(core: Core, membership: Membership, message?: string): MaybePromise<void> {
  const entry = dismissRemoved(core, membership, "kicked", message);
  if (entry === undefined) return undefined;
  return after(removeFromRoster(core, membership.room.name, entry, "kicked"), (isRemoved) => {
    if (isRemoved) reportLeft(core, membership.room.name, describe(membership, entry), "kicked");
  });
}

function announceEnd(core: Core, membership: Membership, entry: RosterEntry, reason: ExitReason): void {
  const { room, id } = membership;
  announceExit(core, room, { id, awayAt: awaySinceJoins(membership) }, reason);
  reportLeft(core, room.name, describe(membership, entry), reason);
}

function reportLeft(core: Core, room: string, peer: PeerInfo, reason: ExitReason): void {
  core.log.info("peer left", { room, peer: peer.id, reason });
  core.events.emit("peerLeft", { room, peer, reason });
}

/** Counts and reports the end of a membership of another node, which has died, or does not answer. */
export function reportLeftElsewhere(core: Core, room: string, entry: RosterEntry, reason: ExitReason): void {
  core.counters.exits[reason] += 1;
  reportLeft(core, room, describeListed(core, room, entry), reason);
}

/**
 * Removes a membership from everything that refers to it, without a word to anyone.
 * @returns its last entry; absent if it had ended before
 */
export function endMembership(core: Core, membership: Membership, reason: ExitReason): RosterEntry | undefined {
  const entry = endHere(core, membership, reason);
  if (entry !== undefined) attempt(core, "roster", () => removeFromRoster(core, membership.room.name, entry, reason));
  return entry;
}

/** The same, but for the roster. */
function endHere(core: Core, membership: Membership, reason: ExitReason): RosterEntry | undefined {
  if (!release(membership)) return undefined;
  core.counters.exits[reason] += 1;
  return forgetEntry(core, membership);
}

/** A member of this node is another node's now: its socket is notified, and the others by the change itself. */
export function giveUp(core: Core, membership: Membership): void {
  const { room, id } = membership;
  const entry = entryOf(membership);
  if (!release(membership)) return;
  room.held.delete(id);
  const awayAt = awaySinceJoins(membership);
  if (awayAt !== undefined) noteAwayElsewhere(room, id, awayAt);
  core.counters.exits.replaced += 1;
  if (entry !== undefined) sendExit(core, room.name, entry, "replaced");
}

/**
 * What this node holds is left to the nodes that share the roster, which find it as that of a node that has died:
 * members with a key are away until they come back or their grace time ends, and nobody is notified of an exit.
 *
 * @param close ends a connection
 */
export function handOver(core: Core, close: (connection: Connection) => void): void {
  for (const connection of [...core.connections.values()]) {
    if (connection.memberships.size === 0) continue;
    close(connection);
    // Its own event may come too late.
    if (core.connections.get(connection.id) === connection) connection.ended();
  }
  for (const room of [...core.rooms.values()]) {
    for (const membership of [...room.held.values()]) {
      release(membership);
      room.held.delete(membership.id);
    }
    closeIfEmpty(core, room);
  }
}

/** @returns false if the membership had ended before */
function release(membership: Membership): boolean {
  const { room, id, connection } = membership;
  if (room.held.get(id) !== membership) return false;
  membership.cancelGrace?.();
  membership.cancelRenewal?.();
  membership.cancelExpiry?.();
  if (connection?.memberships.get(room.name) === membership) connection.memberships.delete(room.name);
  return true;
}

/** A member of another node is away here from now on, and leaves from here unless it comes back. */
export function adopt(core: Core, room: Room, entry: RosterEntry): void {
  const { id } = entry;
  const membership = beginMembership(room, id);
  membership.awayAt = room.awayElsewhere?.get(id) ?? room.joins;
  room.awayElsewhere?.delete(id);
  room.members.set(id, entry);
  startGrace(core, membership, core.settings.graceMs);
  core.log.info("peer adopted", { room: room.name, peer: id });
  core.events.emit("peerAway", { room: room.name, peer: describe(membership, entry) });
}

/** Socket.IO's reason where the application has called `disconnect` of a socket, of a namespace or of the server. */
const byServer = "server namespace disconnect";

/**
 * A socket has disconnected. Peers with a key are away for a while, unless they sent `leaving` or the application has
 * disconnected the socket: that is a goodbye. All others leave.
 */
export function disconnect(core: Core, connection: Connection, reason?: unknown): void {
  const isGoodbye = reason === byServer && connection.cutOff === undefined;
  core.connections.delete(connection.id);
  for (const join of connection.pendingJoins) join.cancel(rejections.gone);
  for (const question of connection.questions) question.abort();
  for (const membership of [...connection.memberships.values()]) {
    const isKeyed = entryOf(membership)?.keyed === true;
    if (isGoodbye || sentLeaving(core, membership)) leave(core, membership, "left");
    else if (isKeyed && connection.graceMs > 0) goAway(core, membership, connection);
    else {
      leave(core, membership, "lost");
      if (!isKeyed) notifyIfRecovered(core, connection, membership, reason);
    }
  }
}

/**
 * With Socket.IO's connection state recovery a dropped socket may come back under its id, and a legacy client would
 * believe that it is still a member. Socket.IO keeps what is sent to a dropped socket, and delivers it when the socket
 * is recovered; without recovery it drops it. A client with a key joins again anyway.
 */
function notifyIfRecovered(core: Core, { socket }: Connection, { room, id }: Membership, reason: unknown): void {
  const mayRecover = typeof reason === "string" && !reason.endsWith("namespace disconnect");
  if (mayRecover) core.router.reply(socket, "exit", { from: id, room: room.name });
}

function sentLeaving({ settings }: Core, { leavingAt }: Membership): boolean {
  return leavingAt !== undefined && settings.clock.now() - leavingAt < leavingCountsMs;
}

function goAway(core: Core, membership: Membership, { graceMs, cutOff: reason }: Connection): void {
  const { room, id } = membership;
  membership.cancelRenewal?.();
  // It is asked about again when it comes back.
  membership.cancelExpiry?.();
  membership.connection?.memberships.delete(room.name);
  membership.connection = undefined;
  membership.awayAt = room.joins;
  startGrace(core, membership, graceMs);
  const entry = changeEntry(core, membership, { state: "away" });
  announcePresence(core, room, id, "away");
  core.log.info("peer away", { room: room.name, peer: id, reason });
  if (entry !== undefined)
    core.events.emit("peerAway", {
      room: room.name,
      peer: describe(membership, entry),
      ...(reason !== undefined && { reason }),
    });
}

function startGrace(core: Core, membership: Membership, graceMs: number): void {
  const { clock } = core.settings;
  membership.awaySince = clock.now();
  membership.cancelGrace = clock.after(graceMs, () => expire(core, membership));
}

/** How long a node waits for the change that made a member another node's, before it looks again. */
const lookAgainMs = 1_000;

/**
 * A member has not come back within its grace time. It may have gone to another node all the same: a process that was
 * stopped runs its timers before it receives what has happened meanwhile.
 */
function expire(core: Core, membership: Membership): void {
  const { room, id, cancelGrace } = membership;
  if (core.shared === undefined) {
    leave(core, membership, "lost");
    return;
  }
  const decide = (answer: Answer<RosterEntry | undefined>): void => {
    if (membership.cancelGrace !== cancelGrace || room.held.get(id) !== membership) return;
    if (answer.ok && isElsewhere(membership, answer.value))
      membership.cancelGrace = core.settings.clock.after(lookAgainMs, () => expire(core, membership));
    else leave(core, membership, "lost");
  };
  const found = askRoster(core, (roster) => roster.find(room.name, id));
  attempt(core, "roster", () => after(found, decide));
}

function isElsewhere(membership: Membership, found: RosterEntry | undefined): boolean {
  const own = entryOf(membership);
  return found !== undefined && (found.session !== own?.session || found.node !== own.node);
}
