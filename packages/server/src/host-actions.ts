import { judgeJson, serverSender } from "@sig/protocol";
import { type Core } from "./core.js";
import { announce, deliver, tellExit } from "./delivery.js";
import { printable } from "./logger.js";
import { describe } from "./membership.js";
import { forget, leave } from "./presence.js";
import { refusals } from "./refusals.js";

/** See `Signaling.kick`. */
export async function kick(core: Core, roomName: string, peerId: string, reason?: string): Promise<boolean> {
  const member = core.rooms.get(roomName)?.members.get(peerId);
  if (member === undefined) return false;
  // Nothing may come between the ban and the removal, and the ban goes first: it needs the room.
  const banned = core.settings.roster.ban(roomName, peerId);
  tellExit(core, member, "kicked", typeof reason === "string" ? printable(reason, 256) : undefined);
  leave(core, member, "kicked");
  await banned;
  return true;
}

/** See `Signaling.send`. */
export function sendFromServer(core: Core, roomName: string, type: string, data: unknown, to?: string): void {
  if (typeof roomName !== "string") throw new TypeError("send: room must be a string.");
  if (typeof type !== "string" || type === "" || type.length > 64)
    throw new TypeError("send: type must be a string of 1 to 64 characters.");
  if (to !== undefined && typeof to !== "string") throw new TypeError("send: to must be a peer's id.");
  const { message: maxLength, jsonDepth } = core.settings.limits;
  const verdict = data === undefined ? "absent" : judgeJson(data, maxLength, jsonDepth);
  if (verdict !== "ok") {
    const rule = `JSON of at most ${String(maxLength)} characters and ${String(jsonDepth)} levels`;
    throw new TypeError(`send: data must be ${rule}; it is ${verdict.replaceAll("-", " ")}.`);
  }
  const room = core.rooms.get(roomName);
  if (room === undefined) return;
  const message = { from: serverSender, room: roomName, type, data };
  if (to === undefined) {
    announce(core, room, undefined, "message", message);
    return;
  }
  const target = room.members.get(to);
  if (target?.connection !== undefined && target.keyed) deliver(core, target.connection, "message", message);
}

/** Refuses what waits and ends every membership. */
export function endAll(core: Core): void {
  for (const { pendingJoins } of core.connections.values()) {
    for (const join of pendingJoins.values()) join.cancel(refusals.closing);
  }
  for (const room of [...core.rooms.values()]) {
    for (const member of [...room.members.values()]) {
      const peer = describe(member);
      tellExit(core, member, "closed");
      if (forget(core, member)) core.events.emit("peerLeft", { room: room.name, peer, reason: "closed" });
    }
  }
  core.connections.clear();
  core.log.info("signaling closed");
}
