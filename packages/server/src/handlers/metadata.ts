import { type ClientPayload, type Json, type Reply } from "@sig/protocol";
import { attempt, type Context } from "../core.js";
import { announce } from "../delivery.js";
import { conform } from "../host-call.js";
import { inOrder } from "../in-order.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { type Member } from "../membership.js";
import { refusals } from "../refusals.js";

/** A peer says something new of itself. What the host's schema makes of it is what the others see. */
export function metadata(context: Context, payload: ClientPayload<"metadata">): MaybePromise<Reply<"metadata">> {
  const { core, connection } = context;
  const member = connection.memberships.get(payload.room);
  if (member === undefined) return refusals.notInRoom;
  return inOrder(member, () => {
    const { metadata: schema } = core.settings;
    if (schema === undefined) return change(context, member, payload.metadata as Json);
    return after<Awaited<ReturnType<typeof conform>>, Reply<"metadata">>(
      conform(core, "metadata", schema, payload.metadata),
      (judged) => (judged.ok ? change(context, member, judged.value) : judged),
    );
  });
}

function change({ core, connection }: Context, member: Member, value: Json | undefined): Reply<"metadata"> {
  const { room, id, session } = member;
  if (connection.memberships.get(room.name) !== member) return refusals.notInRoom;
  member.metadata = value;
  attempt(core, "roster", () => core.settings.roster.update(room.name, id, session, { metadata: value }));
  // A schema may take everything away; that is said as null, since JSON has no word for nothing.
  announce(core, room, member, "metadata", { id, room: room.name, metadata: value ?? null });
  return { ok: true };
}
