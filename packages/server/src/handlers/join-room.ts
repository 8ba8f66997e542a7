import { type ClientPayload, type Json, type Refusal, type Reply } from "@sig/protocol";
import { authorize } from "../authorize.js";
import { acknowledge, type Ack } from "../bind-event.js";
import { attempt, type Context } from "../core.js";
import { conform } from "../host-call.js";
import { iceServersFor, type IceServersPayload } from "../ice-servers.js";
import { after, isPromiseLike, type MaybePromise } from "../maybe-promise.js";
import { PendingJoin } from "../membership.js";
import { peerIdFromKey } from "../peer-id.js";
import { leave } from "../presence.js";
import { refusals } from "../refusals.js";
import { type RosterEntry } from "../roster/roster.js";
import { announceAdmission, enter } from "../admission.js";

type Payload = ClientPayload<"createAndJoinRoom">;
type JoinAck = Ack<"createAndJoinRoom">;
type JoinReply = Reply<"createAndJoinRoom"> | undefined;

/** A join, on its way through the host's questions. */
interface Join extends Context {
  readonly pending: PendingJoin;
  readonly payload: Payload;
  readonly ack: JoinAck;
}

/**
 * Makes a socket a member of a room, or gives a membership back to whoever holds its key. The host is asked first;
 * what changes anything then happens in one go, so that all that others see of a join is the whole of it.
 */
export function joinRoom(context: Context, payload: Payload, ack: JoinAck): MaybePromise<JoinReply> {
  const { core, connection } = context;
  const { room, key } = payload;
  if (core.closing) return refusals.closing;
  if (hasTooManyRooms(context, room)) return refusals.roomLimit;
  connection.pendingJoins.get(room)?.cancel(refusals.superseded);
  const pending = new PendingJoin(room, key === undefined ? connection.socket.id : peerIdFromKey(key));
  connection.pendingJoins.set(room, pending);
  const done = (): void => {
    if (connection.pendingJoins.get(room) === pending) connection.pendingJoins.delete(room);
  };

  let result: MaybePromise<JoinReply>;
  try {
    result = askHost({ core, connection, pending, payload, ack });
  } catch (cause) {
    done();
    throw cause;
  }
  if (!isPromiseLike(result)) {
    done();
    return result;
  }
  return Promise.race([result, pending.cancelled]).finally(done);
}

function hasTooManyRooms({ core, connection }: Context, room: string): boolean {
  const { memberships, pendingJoins } = connection;
  if (memberships.has(room) || pendingJoins.has(room)) return false;
  let rooms = memberships.size;
  for (const name of pendingJoins.keys()) if (!memberships.has(name)) rooms += 1;
  return rooms >= core.settings.maxRoomsPerSocket;
}

function askHost(join: Join): MaybePromise<JoinReply> {
  return after<Refusal | undefined, JoinReply>(authorizeJoin(join), (refused) => {
    if (refused !== undefined) return refused;
    return after<Awaited<ReturnType<typeof readMetadata>>, JoinReply>(readMetadata(join), (metadata) => {
      if (!metadata.ok) return metadata;
      return after<IceServersPayload | undefined, JoinReply>(findIceServers(join), (ice) =>
        admit(join, metadata.value, ice),
      );
    });
  });
}

function authorizeJoin({ core, connection, pending, payload }: Join): MaybePromise<Refusal | undefined> {
  const { room, token, metadata, key } = payload;
  return authorize(core, () => ({
    socket: connection.socket,
    room,
    ...(token !== undefined && { token }),
    ...(metadata !== undefined && { metadata }),
    resumed: key !== undefined && core.settings.roster.find(room, pending.id) !== undefined,
  }));
}

function readMetadata({
  core,
  payload,
}: Join): MaybePromise<{ readonly ok: true; readonly value: Json | undefined } | Refusal> {
  const { metadata: schema } = core.settings;
  const silentSeedClient = payload.key === undefined && payload.metadata === undefined;
  if (schema === undefined || silentSeedClient) return { ok: true, value: payload.metadata as Json | undefined };
  return conform(core, "metadata", schema, payload.metadata);
}

function findIceServers({ core, connection, pending, payload }: Join): MaybePromise<IceServersPayload | undefined> {
  return payload.key === undefined || pending.refusal !== undefined
    ? undefined
    : iceServersFor(core, connection, pending.id, payload.room);
}

/** From here on nothing waits, unless the roster has to ask others. */
function admit(join: Join, metadata: Json | undefined, ice: IceServersPayload | undefined): MaybePromise<JoinReply> {
  const { core, connection, pending, payload } = join;
  const { roster, maxPeersPerRoom, maxRoomsPerSocket } = core.settings;
  const { room, capabilities } = payload;
  const { id } = pending;
  const barred = whyBarred(join);
  if (barred !== undefined) return barred;
  const held = connection.memberships.get(room);
  if (held === undefined && connection.memberships.size >= maxRoomsPerSocket) return refusals.roomLimit;
  if (held !== undefined && held.id !== id) leave(core, held, "left");

  const known = roster.find(room, id);
  const entry: RosterEntry = {
    id,
    keyed: payload.key !== undefined,
    state: "online",
    // Who comes back and says nothing of itself is what it was.
    metadata: metadata === undefined ? known?.metadata : metadata,
    capabilities: capabilities ?? known?.capabilities,
    session: connection.socket.id,
  };
  return after(roster.add(room, entry, maxPeersPerRoom), (admission) => {
    if (!admission.ok) return admission.reason === "full" ? refusals.roomFull : refusals.kicked;
    const barredMeanwhile = whyBarred(join);
    if (barredMeanwhile !== undefined) {
      attempt(core, "roster", () => roster.remove(room, id, entry.session));
      return barredMeanwhile;
    }
    const entrance = enter(core, connection, room, entry, ice);
    acknowledge(join, join.ack, { ok: true, ...entrance.created });
    announceAdmission(core, entrance);
    return undefined;
  });
}

function whyBarred({ core, connection, pending }: Join): Refusal | undefined {
  if (pending.refusal !== undefined) return pending.refusal;
  if (core.closing) return refusals.closing;
  return connection.socket.connected ? undefined : refusals.gone;
}
