import { rejection, type Json, type Rejection, type Reply } from "@sig/protocol";
import { recognizeUser } from "./call-costs.js";
import { attempt, type Context, type Core } from "./core.js";
import { evictAway } from "./evict-away.js";
import { type Grant } from "./grant.js";
import { type IceServersPayload } from "./ice-servers.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { leave } from "./presence.js";
import { rejections } from "./rejections.js";
import { type Admission, type RosterEntry } from "./roster/roster.js";
import { welcome, type Join } from "./welcome.js";

/** The answer to a join; undefined if the client has it already. */
export type JoinReply = Reply<"createAndJoinRoom"> | undefined;

/** What the application has decided about a join. */
export interface Admitted {
  readonly grant: Grant;
  readonly metadata: Json | undefined;
  readonly ice: IceServersPayload | undefined;
}

/** Whether one more room is too many for this socket, joins that wait for the application included. */
export function hasTooManyRooms({ core, connection }: Context, room: string): boolean {
  const { memberships, pendingJoins } = connection;
  if (memberships.has(room) || pendingJoins.has(room)) return false;
  let rooms = memberships.size;
  for (const name of pendingJoins.keys()) if (!memberships.has(name)) rooms += 1;
  return rooms >= core.settings.maxRoomsPerSocket;
}

/** Lets a peer into a room that is not full, or says why not. Nothing waits here, unless the roster answers later. */
export function admit(join: Join, { grant, metadata, ice }: Admitted): MaybePromise<JoinReply> {
  const { core, connection, pending, payload } = join;
  const { roster, maxPeersPerRoom, maxRoomsPerSocket } = core.settings;
  const { room, capabilities, features } = payload;
  const { id } = pending;
  const rejected = rejectionOfJoin(join);
  if (rejected !== undefined) return rejected;
  const held = connection.memberships.get(room);
  if (held === undefined && connection.memberships.size >= maxRoomsPerSocket) return roomLimit(join);
  // A join with another key over the same socket replaces the membership, once it is admitted: its place is free then.
  const replaced = held?.id === id ? undefined : held;
  const places = replaced === undefined ? maxPeersPerRoom : maxPeersPerRoom + 1;

  return after<RosterEntry | undefined, JoinReply>(roster.find(room, id), (listed) => {
    // Of a member of this node the local view is the truth.
    const known = core.rooms.get(room)?.members.get(id) ?? listed;
    const { user = known?.user, attributes = known?.attributes } = grant;
    pending.user = user;
    if (user !== undefined && core.userBans.has(room, user)) return rejections.kicked;
    const entry: RosterEntry = {
      id,
      keyed: payload.key !== undefined,
      state: "online",
      // A peer that comes back without metadata or capabilities keeps those that it had.
      metadata: metadata === undefined ? known?.metadata : metadata,
      capabilities: capabilities ?? known?.capabilities,
      features: features ?? known?.features,
      user,
      attributes,
      joinedAt: known?.joinedAt ?? core.settings.epochMs(),
      session: connection.id,
    };
    if (!recognizeUser(join, entry.user)) return rejections.rateLimited;
    const add = (): MaybePromise<Admission> => roster.add(room, entry, places);
    const addOrEvict = after<Admission, Admission>(add(), (admission) =>
      !admission.ok && admission.reason === "full" && evictAway(core, room, user) ? add() : admission,
    );
    return after(addOrEvict, (admission) => {
      if (!admission.ok) return admission.reason === "full" ? rejections.roomFull : rejections.kicked;
      const rejectedMeanwhile = rejectionOfJoin(join);
      if (rejectedMeanwhile !== undefined) {
        undoAdmission(core, room, entry, admission.previous);
        return rejectedMeanwhile;
      }
      if (replaced !== undefined) leave(core, replaced, "left");
      return welcome(join, entry, grant.expiresAt, ice);
    });
  });
}

/**
 * Undoes an admission: the entry that was there comes back, as its holder is now, unless somebody has replaced it
 * meanwhile.
 */
function undoAdmission(
  core: Core,
  room: string,
  { id, session }: RosterEntry,
  previous: RosterEntry | undefined,
): void {
  const { roster } = core.settings;
  // Of a member of this node the local view is the truth; of others it knows nothing.
  const isLocal = previous !== undefined && (previous.node === undefined || core.connections.has(previous.session));
  const present = core.rooms.get(room)?.members.get(id) ?? (isLocal ? undefined : previous);
  attempt(core, "roster", () =>
    present === undefined ? roster.remove(room, id, session) : roster.update(room, id, session, present),
  );
}

/** Why a join that has waited cannot go on; nothing if it can. */
function rejectionOfJoin({ core, connection, pending }: Join): Rejection | undefined {
  if (pending.rejection !== undefined) return pending.rejection;
  if (core.closing) return rejections.closing;
  return connection.socket.connected ? undefined : rejections.gone;
}

/** The rejection of a join in one room too many. */
export function roomLimit({ core }: Pick<Context, "core">): Rejection {
  const max = String(core.settings.maxRoomsPerSocket);
  return rejection("ROOM_LIMIT", `Room limit reached for this socket (maxRoomsPerSocket = ${max}).`);
}
