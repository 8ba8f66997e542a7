import { rejection, type ClientPayload, type Json, type Reply } from "@sig/protocol";
import { conform } from "../application-call.js";
import { chargeBroadcast } from "../call-costs.js";
import { type Context } from "../core.js";
import { inOrder } from "../in-order.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { type Membership } from "../membership.js";
import { rejections } from "../rejections.js";
import { sendToMembers } from "../send-to-members.js";

/**
 * Relays an app message to one peer, or to all others that joined with a key and are online. The data is sent as it
 * came in: each end applies its own schema to it. The messages of one sender to a room stay in order, however long a
 * schema takes.
 */
export function message(context: Context, payload: ClientPayload<"message">): MaybePromise<Reply<"message">> {
  const { core, connection } = context;
  const sender = connection.memberships.get(payload.room);
  if (sender === undefined) return rejections.notInRoom;
  const schemas = core.settings.messages;
  const schema = schemas?.get(payload.type);
  if (schemas !== undefined && schema === undefined)
    return rejection("BAD_PAYLOAD", "The application has no message of this type.");
  return inOrder(sender, () => {
    if (schema === undefined) return send(context, sender, payload);
    // It may have left while its earlier messages were validated.
    if (connection.memberships.get(payload.room) !== sender) return rejections.notInRoom;
    return after<Awaited<ReturnType<typeof conform>>, Reply<"message">>(
      conform(core, "messages", schema, payload.data),
      (validated) => (validated.ok ? send(context, sender, payload) : validated),
    );
  });
}

function send(
  context: Context,
  sender: Membership,
  { room, to, type, data }: ClientPayload<"message">,
): Reply<"message"> {
  const { core, connection } = context;
  // The sender may have left while its message was validated.
  if (connection.memberships.get(room) !== sender) return rejections.notInRoom;
  const relayed = { from: sender.id, room, type, data: data as Json };
  if (to === undefined) {
    const limited = chargeBroadcast(context, sender);
    if (limited !== undefined) return limited;
    core.counters.relayed.message += 1;
    sendToMembers(core, relayed);
    return { ok: true };
  }
  const target = sender.room.members.get(to);
  if (target === undefined || target.id === sender.id) return rejections.peerNotFound;
  if (!target.keyed) return rejections.legacyPeer;
  if (target.state === "away") return rejections.peerAway;
  core.counters.relayed.message += 1;
  core.router.deliver(target, "message", relayed);
  return { ok: true };
}
