import { type ClientPayload, type Reply } from "@sig/protocol";
import { type Ack } from "../bind-event.js";
import { type Context } from "../core.js";
import { deliver } from "../delivery.js";
import { iceServersFor, scheduleRenewal, type IceServersPayload } from "../ice-servers.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { type Connection, type Member } from "../membership.js";
import { refusals } from "../refusals.js";

/** Hands out fresh ICE servers to a peer with a key: in the ack, or as an event where no ack was asked for. */
export function iceServers(
  { core, connection }: Context,
  { room }: ClientPayload<"iceServers">,
  ack: Ack<"iceServers">,
): MaybePromise<Reply<"iceServers">> {
  const member = keyedMember(connection, room);
  if (member === undefined) return refusals.notInRoom;
  if (core.settings.iceServers === undefined) return { ok: true };
  return after<IceServersPayload | undefined, Reply<"iceServers">>(
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

function keyedMember(connection: Connection, room: string | undefined): Member | undefined {
  const candidates = room === undefined ? [...connection.memberships.values()] : [connection.memberships.get(room)];
  return candidates.find((member) => member?.keyed === true);
}
