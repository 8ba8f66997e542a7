import { serverSender, validateJson, type Json } from "@sig/protocol";
import { sendExit } from "./announcements.js";
import { type Core } from "./core.js";
import { describe } from "./describe.js";
import { endMembership } from "./presence.js";
import { rejections } from "./rejections.js";
import { sendToMembers } from "./send-to-members.js";

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
  sendToMembers(core, { room: roomName, from: serverSender, type, data: data as Json, to });
}

/** Rejects every join that waits, ends every membership and leaves the sockets alone. */
export function endAll(core: Core): void {
  for (const { pendingJoins, questions } of core.connections.values()) {
    for (const join of pendingJoins) join.cancel(rejections.closing);
    for (const question of questions) question.abort();
  }
  for (const room of [...core.rooms.values()]) {
    for (const membership of [...room.held.values()]) {
      const entry = endMembership(core, membership, "closed");
      if (entry === undefined) continue;
      sendExit(core, room.name, entry, "closed");
      core.events.emit("peerLeft", { room: room.name, peer: describe(membership, entry), reason: "closed" });
    }
  }
  for (const connection of core.connections.values()) connection.release();
  core.connections.clear();
  core.log.info("signaling closed");
}
