import { type ClientPayload, type Json, type Reply } from "@sig/protocol";
import { announce } from "../announcements.js";
import { conform } from "../application-call.js";
import { chargeBroadcast } from "../call-costs.js";
import { type Context } from "../core.js";
import { inOrder } from "../in-order.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { type Membership } from "../membership.js";
import { rejections } from "../rejections.js";
import { changeEntry } from "../roster/local-view.js";

/** Changes the metadata of the caller in one room. The others receive the output of the application's schema. */
export function metadata(context: Context, payload: ClientPayload<"metadata">): MaybePromise<Reply<"metadata">> {
  const { core, connection } = context;
  const membership = connection.memberships.get(payload.room);
  if (membership === undefined) return rejections.notInRoom;
  return inOrder(membership, () => {
    const { metadata: schema } = core.settings;
    if (schema === undefined) return change(context, membership, payload.metadata as Json);
    // The member may have left while earlier metadata was validated.
    if (connection.memberships.get(payload.room) !== membership) return rejections.notInRoom;
    return after<Awaited<ReturnType<typeof conform>>, Reply<"metadata">>(
      conform(core, "metadata", schema, payload.metadata),
      (validated) => (validated.ok ? change(context, membership, validated.value) : validated),
    );
  });
}

function change(context: Context, membership: Membership, value: Json | undefined): Reply<"metadata"> {
  const { core, connection } = context;
  const { room, id } = membership;
  // The member may have left while its metadata was validated.
  if (connection.memberships.get(room.name) !== membership) return rejections.notInRoom;
  const limited = chargeBroadcast(context, membership);
  if (limited !== undefined) return limited;
  changeEntry(core, membership, { metadata: value });
  // A schema may remove everything. That is sent as null, since JSON cannot hold `undefined`.
  announce(core, room, id, "metadata", { id, room: room.name, metadata: value ?? null });
  return { ok: true };
}
