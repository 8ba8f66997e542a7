import { type ClientPayload, type Json, type Rejection } from "@sig/protocol";
import { admit, hasTooManyRooms, roomLimit, type JoinReply } from "../admission.js";
import { conform, type Answer } from "../application-call.js";
import { authorize, type Question } from "../authorize.js";
import { type Ack } from "../bind-event.js";
import { askWithinBudget, chargeRepeatedJoin, recognizePeer } from "../call-costs.js";
import { type Context } from "../core.js";
import { iceServersFor, type IceServersPayload } from "../ice-servers.js";
import { keepToken } from "../expiry.js";
import { after, isPromiseLike, type MaybePromise } from "../maybe-promise.js";
import { noticeWaiting } from "../notice-waiting.js";
import { peerIdFromKey } from "../peer-id.js";
import { addPendingJoin, pendingJoin, PendingJoin, removePendingJoin } from "../pending-join.js";
import { rejections } from "../rejections.js";
import { findEntry } from "../roster/local-view.js";
import { type RosterEntry } from "../roster/roster.js";
import { type Decision } from "../verdict.js";
import { type Join } from "../welcome.js";

type Payload = ClientPayload<"createAndJoinRoom">;
type JoinAck = Ack<"createAndJoinRoom">;

/**
 * Makes a socket a member of a room, or gives a membership back to the holder of its key. The application is called
 * first; everything that a join changes then happens in one step, so that the others see all of it or nothing.
 */
export function joinRoom(context: Context, payload: Payload, ack: JoinAck): MaybePromise<JoinReply> {
  const { core, connection } = context;
  const { room, key } = payload;
  if (core.closing) return rejections.closing;
  if (hasTooManyRooms(context, room)) return roomLimit(context);
  const before = pendingJoin(connection, room);
  if (core.draining !== undefined && !isRenewal(context, payload)) {
    core.draining.redirect(connection);
    return rejections.draining;
  }
  // The application is asked once for one guest, however long it takes.
  if (before?.result !== undefined && before.isRepeatedBy(payload)) {
    const limited = chargeRepeatedJoin(context, room);
    if (limited !== undefined) return limited;
    before.acks.push(ack);
    before.sendWaiting?.();
    return before.result;
  }
  const id = key === undefined ? connection.id : peerIdFromKey(key);
  if (key !== undefined && !recognizePeer(context, id)) return rejections.rateLimited;
  before?.cancel(rejections.superseded);
  const pending = new PendingJoin(payload, id, ack);
  addPendingJoin(connection, pending);
  const done = (): void => removePendingJoin(connection, pending);

  let result: MaybePromise<JoinReply>;
  try {
    result = askWithinBudget(context, () => askApplication({ core, connection, pending, payload }));
  } catch (cause) {
    done();
    throw cause;
  }
  if (!isPromiseLike(result)) {
    done();
    return result;
  }
  pending.result = Promise.race([result, pending.canceled]).finally(done);
  return pending.result;
}

/** Whether a member joins again over the connection that holds its membership. */
function isRenewal({ connection }: Context, { room, key }: Payload): boolean {
  const id = key === undefined ? connection.id : peerIdFromKey(key);
  return connection.memberships.get(room)?.id === id;
}

function askApplication(join: Join): MaybePromise<JoinReply> {
  const { connection, pending, payload } = join;
  return after<Decision, JoinReply>(noticeWaiting(join, pending, authorizeJoin(join)), (decision) => {
    if (!decision.ok) {
      if (decision.code === "INTERNAL") keepToken(connection, payload.room, pending.id, payload.token);
      return decision;
    }
    const { grant } = decision;
    pending.user = grant.user;
    return after<Awaited<ReturnType<typeof readMetadata>>, JoinReply>(readMetadata(join), (metadata) => {
      if (!metadata.ok) return metadata;
      return after<IceServersPayload | undefined, JoinReply>(findIceServers(join), (ice) =>
        admit(join, { grant, metadata: metadata.value, ice }),
      );
    });
  });
}

function authorizeJoin(join: Join): MaybePromise<Decision> {
  const { core, connection, pending } = join;
  return authorize(core, connection, pending, () =>
    after<Answer<RosterEntry | undefined>, Question | undefined>(findMember(join), (found) =>
      found.ok ? describeJoin(join, found.value) : undefined,
    ),
  );
}

/** The member that the guest is already, in the roster: nobody for a legacy client, who never comes back. */
function findMember({ core, payload: { room, key }, pending }: Join): MaybePromise<Answer<RosterEntry | undefined>> {
  return key === undefined ? { ok: true, value: undefined } : findEntry(core, room, pending.id);
}

function describeJoin({ connection, pending, payload }: Join, known: RosterEntry | undefined): Question {
  const { room, token, metadata } = payload;
  const { id } = pending;
  return {
    room,
    peerId: id,
    reason: connection.memberships.get(room)?.id === id ? "renewal" : known === undefined ? "join" : "return",
    ...(token !== undefined && { token }),
    ...(metadata !== undefined && { metadata }),
    resumed: known !== undefined,
  };
}

function readMetadata({
  core,
  payload,
}: Join): MaybePromise<{ readonly ok: true; readonly value: Json | undefined } | Rejection> {
  const { metadata: schema } = core.settings;
  // Legacy clients do not know of metadata: they are let in without.
  const isLegacyClient = payload.key === undefined && payload.metadata === undefined;
  if (schema === undefined || isLegacyClient) return { ok: true, value: payload.metadata as Json | undefined };
  return conform(core, "metadata", schema, payload.metadata);
}

function findIceServers({ core, connection, pending, payload }: Join): MaybePromise<IceServersPayload | undefined> {
  return payload.key === undefined || pending.rejection !== undefined
    ? undefined
    : iceServersFor(core, connection, pending.id, payload.room);
}
