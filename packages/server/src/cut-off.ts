import { type CutOffReason } from "./application-events.js";
import { type Context } from "./core.js";
import { entryOf } from "./roster/local-view.js";

/** Disconnects a socket. Its peers with a key are away then: they may come back. */
export function cutOff(context: Context, reason: CutOffReason): void {
  if (!reportCutOff(context, reason)) return;
  // Not the transport: other namespaces of the application may use it.
  context.connection.socket.disconnect(false);
}

/**
 * Records that a socket is being disconnected, and why.
 *
 * @returns false if that is known already
 */
export function reportCutOff({ core, connection }: Context, reason: CutOffReason): boolean {
  if (connection.cutOff !== undefined) return false;
  connection.cutOff = reason;
  core.counters.cutOffs[reason] += 1;
  const peers = Array.from(connection.memberships.values(), (membership) => {
    const user = entryOf(membership)?.user;
    return { room: membership.room.name, id: membership.id, ...(user !== undefined && { user }) };
  });
  core.log.warn("socket cut off", { socket: connection.id, reason, rooms: peers.map(({ room }) => room).join(" ") });
  core.events.emit("cutOff", { socketId: connection.socket.id, reason, peers });
  return true;
}
