import { type ClientPayload } from "@sig/protocol";
import { type Context } from "../core.js";
import { rejections } from "../rejections.js";

/** Records that the caller may be about to leave. Nobody is notified, since it may stay as well. */
export function recordLeaving({ core, connection }: Context, { room }: ClientPayload<"leaving">) {
  const membership = connection.memberships.get(room);
  if (membership === undefined) return rejections.notInRoom;
  membership.leavingAt = core.settings.clock.now();
  return { ok: true } as const;
}
