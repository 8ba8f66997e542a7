import { rejection, serverSender, validateJson } from "@sig/protocol";
import { announce, sendExit } from "./announcements.js";
import { type Core } from "./core.js";
import { describe } from "./describe.js";
import { printable } from "./logger.js";
import { wholeNumber } from "./option-checks.js";
import { type PendingJoin } from "./pending-join.js";
import { endMembership, leave } from "./presence.js";
import { rejections } from "./rejections.js";

/** How a peer is kicked. */
export interface KickOptions {
  /** Reaches the peer, cut to 256 characters. Default: none. */
  readonly reason?: string | undefined;
  /**
   * Milliseconds for which the id stays banned, also after the room is empty; at most 10,000 such bans are remembered.
   * Default: as long as the room has members.
   */
  readonly banMs?: number | undefined;
}

/** See `Signaling.kick`. */
export async function kick(
  core: Core,
  roomName: string,
  peerId: string,
  options: string | KickOptions = {},
): Promise<boolean> {
  const { reason, banMs } = typeof options === "string" ? { reason: options, banMs: undefined } : options;
  if (banMs !== undefined) wholeNumber("banMs", banMs, 1, Number.MAX_SAFE_INTEGER);
  const membership = core.rooms.get(roomName)?.held.get(peerId);
  const joins = pendingJoinsOf(core, roomName, peerId);
  if (membership === undefined && joins.length === 0) return false;
  const message = typeof reason === "string" ? printable(reason, 256) : undefined;
  // Nothing may come between the ban and the removal, and the ban goes first: it needs the room.
  const banned = core.settings.roster.ban(roomName, peerId, banMs);
  for (const join of joins) join.cancel(message === undefined ? rejections.kicked : rejection("KICKED", message));
  if (membership !== undefined) {
    sendExit(core, membership, "kicked", message);
    leave(core, membership, "kicked");
  }
  await banned;
  return true;
}

/** The joins of a peer that wait for the application or the roster. */
function pendingJoinsOf({ connections }: Core, roomName: string, peerId: string): PendingJoin[] {
  return [...connections.values()]
    .map(({ pendingJoins }) => pendingJoins.get(roomName))
    .filter((join) => join !== undefined)
    .filter(({ id }) => id === peerId);
}

/** See `Signaling.send`. */
export function sendFromServer(core: Core, roomName: string, type: string, data: unknown, to?: string): void {
  if (typeof roomName !== "string") throw new TypeError(`send: room must be a string, not ${typeof roomName}.`);
  if (typeof type !== "string" || type === "" || type.length > 64)
    throw new TypeError("send: type must be a string of 1 to 64 characters.");
  if (to !== undefined && typeof to !== "string")
    throw new TypeError(`send: to must be the id of a peer, a string, not ${typeof to}.`);
  const { message: maxLength, jsonDepth } = core.settings.limits;
  const validity = data === undefined ? "absent" : validateJson(data, maxLength, jsonDepth);
  if (validity !== "ok") {
    const rule = `JSON of at most ${String(maxLength)} characters and ${String(jsonDepth)} levels`;
    throw new TypeError(`send: data must be ${rule}; it is ${validity.replaceAll("-", " ")}.`);
  }
  const room = core.rooms.get(roomName);
  if (room === undefined) return;
  const message = { from: serverSender, room: roomName, type, data };
  if (to === undefined) {
    announce(core, room, undefined, "message", message);
    return;
  }
  const target = room.members.get(to);
  if (target?.keyed === true && target.state === "online") core.router.deliver(target, "message", message);
}

/** Rejects every join that waits and ends every membership. */
export function endAll(core: Core): void {
  for (const { pendingJoins } of core.connections.values()) {
    for (const join of pendingJoins.values()) join.cancel(rejections.closing);
  }
  for (const room of [...core.rooms.values()]) {
    for (const membership of [...room.held.values()]) {
      sendExit(core, membership, "closed");
      const entry = endMembership(core, membership);
      if (entry !== undefined)
        core.events.emit("peerLeft", { room: room.name, peer: describe(entry), reason: "closed" });
    }
  }
  core.connections.clear();
  core.log.info("signaling closed");
}
