import { type ClientPayload } from "@sig/protocol";
import { type Context } from "../core.js";
import { pendingJoin, removePendingJoin } from "../pending-join.js";
import { leave } from "../presence.js";
import { rejections } from "../rejections.js";

/**
 * Ends the caller's membership in a room at once, and cancels its pending join to that room. The payload's `from` is
 * ignored.
 */
export function leaveRoom({ core, connection }: Context, { room }: ClientPayload<"exit">) {
  const pending = pendingJoin(connection, room);
  const membership = connection.memberships.get(room);
  if (pending === undefined && membership === undefined) return rejections.notInRoom;
  pending?.cancel(rejections.canceled);
  removePendingJoin(connection, pending);
  if (membership !== undefined) leave(core, membership, "left");
  return { ok: true } as const;
}
