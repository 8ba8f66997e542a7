import { type ClientPayload, type Refusal, type Reply } from "@sig/protocol";
import { authorize } from "../authorize.js";
import { type Ack } from "../bind-event.js";
import { type Context } from "../core.js";
import { deliver } from "../delivery.js";
import { iceServersFor, scheduleRenewal, type IceServersPayload } from "../ice-servers.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { type Connection, type Member } from "../membership.js";
import { refusals } from "../refusals.js";

type Payload = ClientPayload<"iceServers">;
type Answer = Reply<"iceServers">;

/**
 * Hands out fresh ICE servers: to a peer with a key in the ack, or as an event where no ack was asked for; to anybody else
 * in the ack alone, and only to those who might join.
 */
export function iceServers(context: Context, payload: Payload, ack: Ack<"iceServers">): MaybePromise<Answer> {
  const { core, connection } = context;
  const member = keyedMember(connection, payload.room);
  if (member === undefined) return ack === undefined ? refusals.notInRoom : beforeJoining(context, payload);
  if (core.settings.iceServers === undefined) return { ok: true };
  return after<IceServersPayload | undefined, Answer>(
    iceServersFor(core, connection, member.id, member.room.name),
    (fresh) => {
      if (fresh === undefined) return refusals.internal;
      // They may have been long in the making.
      if (connection.memberships.get(member.room.name) !== member) return refusals.notInRoom;
      scheduleRenewal(core, member, fresh.iceServersTtl);
      if (ack === undefined) deliver(core, connection, "iceServers", fresh);
      return { ok: true, ...fresh };
    },
  );
}

/**
 * Credentials are worth something by themselves: whoever is not let into the room gets none. Where everybody may join,
 * everybody could have them by joining.
 */
function beforeJoining({ core, connection }: Context, { room, token }: Payload): MaybePromise<Answer> {
  if (core.closing) return refusals.closing;
  if (core.settings.authorize !== undefined && room === undefined) return refusals.notInRoom;
  const { socket } = connection;
  const request = {
    socket,
    room: room ?? "",
    ...(token !== undefined && { token }),
    resumed: false,
    preflight: true as const,
  };
  return after<Refusal | undefined, Answer>(
    authorize(core, () => request),
    (refused) => {
      if (refused !== undefined) return refused;
      if (core.settings.iceServers === undefined) return { ok: true };
      return after<IceServersPayload | undefined, Answer>(
        iceServersFor(core, connection, socket.id, room ?? ""),
        (fresh) => (fresh === undefined ? refusals.internal : { ok: true, ...fresh }),
      );
    },
  );
}

function keyedMember(connection: Connection, room: string | undefined): Member | undefined {
  const candidates = room === undefined ? [...connection.memberships.values()] : [connection.memberships.get(room)];
  return candidates.find((member) => member?.keyed === true);
}
