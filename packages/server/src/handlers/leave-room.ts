import { type ClientPayload } from "@sig/protocol";
import { type Context } from "../core.js";
import { leave } from "../presence.js";
import { refusals } from "../refusals.js";

/** A peer leaves a room at once, and takes back a join to it that is under way. Whose `from` it says is not looked at. */
export function leaveRoom({ core, connection }: Context, { room }: ClientPayload<"exit">) {
  const pending = connection.pendingJoins.get(room);
  const member = connection.memberships.get(room);
  if (pending === undefined && member === undefined) return refusals.notInRoom;
  pending?.cancel(refusals.takenBack);
  connection.pendingJoins.delete(room);
  if (member !== undefined) leave(core, member, "left");
  return { ok: true } as const;
}
