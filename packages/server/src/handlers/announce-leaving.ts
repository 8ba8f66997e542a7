import { type ClientPayload } from "@sig/protocol";
import { type Context } from "../core.js";
import { refusals } from "../refusals.js";

/** A peer may be about to go without another word. Nobody is told: it may stay as well. */
export function announceLeaving({ connection }: Context, { room }: ClientPayload<"leaving">) {
  const member = connection.memberships.get(room);
  if (member === undefined) return refusals.notInRoom;
  member.leavingAt = performance.now();
  return { ok: true } as const;
}
