import { refusal, type ClientPayload, type Reply } from "@sig/protocol";
import { type Context } from "../core.js";
import { announce, deliver } from "../delivery.js";
import { conform } from "../host-call.js";
import { inOrder } from "../in-order.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { type Member } from "../membership.js";
import { refusals } from "../refusals.js";

/**
 * Passes an app message on, to one peer or to all others with a key that are online. The data goes out as it came in:
 * each end applies its own schema to it. The messages of one sender to a room keep their order, however long a schema takes.
 */
export function message(context: Context, payload: ClientPayload<"message">): MaybePromise<Reply<"message">> {
  const { core, connection } = context;
  const sender = connection.memberships.get(payload.room);
  if (sender === undefined) return refusals.notInRoom;
  const schemas = core.settings.messages;
  const schema = schemas?.get(payload.type);
  if (schemas !== undefined && schema === undefined)
    return refusal("BAD_PAYLOAD", "The application has no message of this type.");
  return inOrder(sender, () => {
    if (schema === undefined) return pass(context, sender, payload);
    return after<Awaited<ReturnType<typeof conform>>, Reply<"message">>(
      conform(core, "messages", schema, payload.data),
      (judged) => (judged.ok ? pass(context, sender, payload) : judged),
    );
  });
}

function pass(
  { core, connection }: Context,
  sender: Member,
  { room, to, type, data }: ClientPayload<"message">,
): Reply<"message"> {
  // The sender may have left while its message was judged.
  if (connection.memberships.get(room) !== sender) return refusals.notInRoom;
  const passed = { from: sender.id, room, type, data };
  if (to === undefined) {
    announce(core, sender.room, sender, "message", passed);
    return { ok: true };
  }
  const target = sender.room.members.get(to);
  if (target === undefined || target === sender) return refusals.peerNotFound;
  if (!target.keyed) return refusals.peerWithoutKey;
  if (target.connection === undefined) return refusals.peerAway;
  deliver(core, target.connection, "message", passed);
  return { ok: true };
}
