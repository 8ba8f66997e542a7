import { type ClientPayload, type Rejection } from "@sig/protocol";
import { acknowledge } from "./bind-event.js";
import { chargeAnswer } from "./call-costs.js";
import { type Context } from "./core.js";
import { announceEntrance, describeRoom, enterRoom, type Entrance } from "./enter-room.js";
import { setExpiry } from "./expiry.js";
import { keepIceServersFresh, type IceServersPayload } from "./ice-servers.js";
import { chooseOffered, sendOffered } from "./offer-with-join.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { countOnline } from "./membership.js";
import { type PendingJoin } from "./pending-join.js";
import { rejections } from "./rejections.js";
import { listMembers } from "./roster/local-view.js";
import { type Admission, type RosterEntry } from "./roster/roster.js";

/** A join, while the application and the roster answer. */
export interface Join extends Context {
  readonly pending: PendingJoin;
  readonly payload: ClientPayload<"createAndJoinRoom">;
}

/**
 * Lets an admitted member in: `created` for itself, then the announcement to the others.
 * @param admission what the roster has answered
 * @param expiresAt until when, in milliseconds since 1970; absent: without an end
 * @returns nothing if the member was acknowledged; the rejection if the membership ended before the roster had listed
 *   the room
 */
export function welcome(
  join: Join,
  entry: RosterEntry,
  admission: Extract<Admission, { ok: true }>,
  expiresAt: number | undefined,
  ice: IceServersPayload | undefined,
): MaybePromise<Rejection | undefined> {
  const { core, connection, pending } = join;
  const entrance = enterRoom(core, connection, join.payload.room, entry, admission);
  const { membership } = entrance;
  const { room } = membership;
  membership.token = join.payload.token;
  setExpiry(core, membership, expiresAt);
  // Where the roster has listed the room, the view of it has everyone.
  const listed = admission.members === undefined ? listMembers(core, room.name) : undefined;
  if (!isPromiseLike(listed)) {
    const offered = sendCreated(join, entrance, listed ?? [...room.members.values()], ice);
    announceEntrance(core, entrance);
    sendOffered(join, entrance, join.payload, offered);
    return undefined;
  }
  // The others are notified at once, as of every member of this node. What they send waits behind `created`.
  const release = core.router.hold(entry.session, room.name);
  const present = [...room.members.values()];
  announceEntrance(core, entrance);
  return listed.then((members) => {
    const ended = pending.rejection ?? (isHeld(join, entrance) ? undefined : rejections.ended);
    if (ended === undefined) {
      const offered = sendCreated(join, entrance, mergeMembers(join, present, members ?? []), ice);
      sendOffered(join, entrance, join.payload, offered);
    }
    release(join.connection.memberships.has(room.name));
    return ended;
  });
}

function isHeld({ connection }: Join, { membership }: Entrance): boolean {
  return connection.memberships.get(membership.room.name) === membership;
}

/** @returns who is to be sent the offer of the join, which `created` names */
function sendCreated(
  join: Join,
  entrance: Entrance,
  members: readonly RosterEntry[],
  ice: IceServersPayload | undefined,
): RosterEntry | undefined {
  const { core, connection } = join;
  const offered = chooseOffered(join, entrance, join.payload, members);
  const created = {
    ...describeRoom(core, entrance, members, ice),
    ...(offered !== undefined && { offeredTo: offered.id }),
  };
  core.router.reply(connection.socket, "created", created);
  if (entrance.entry.keyed) keepIceServersFresh(core, entrance.membership, ice);
  for (const ack of join.pending.acks)
    if (ack !== undefined) acknowledge<"createAndJoinRoom">(join, ack, { ok: true, ...created });
  // The list is sent twice, in the event and in the ack.
  const notices = (entrance.kind === "repeated" ? 0 : 1) + (entrance.metadataChanged ? 1 : 0);
  chargeAnswer(join, 2 * created.peers.length + notices * countOnline(entrance.membership.room, entrance.entry.id));
  return offered;
}

/**
 * The members that a newcomer finds. Of the members of this node these are the ones that were present when it entered:
 * it is notified of every change since then, in the order of the changes. A list that is read meanwhile may have missed
 * some of them, or be ahead of them. Members of other nodes are as the roster lists them.
 */
function mergeMembers({ core }: Join, present: readonly RosterEntry[], listed: readonly RosterEntry[]): RosterEntry[] {
  const known = new Map(present.map((entry) => [entry.id, entry]));
  const elsewhere = listed.filter(({ id, session }) => !known.has(id) && !core.connections.has(session));
  return [...present, ...elsewhere];
}
