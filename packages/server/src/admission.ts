import { rejection, type Rejection, type Reply } from "@sig/protocol";
import { type Answer } from "./application-call.js";
import { recognizeUser } from "./call-costs.js";
import { attempt, type Context, type Core } from "./core.js";
import { pendingJoin } from "./pending-join.js";
import { evictAway } from "./evict-away.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { undoTakeover } from "./nodes/undo-takeover.js";
import { memberEntry, settleEntry, type Admitted } from "./member-entry.js";
import { leave } from "./presence.js";
import { rejections } from "./rejections.js";
import { askRoster } from "./roster/ask-roster.js";
import { findEntry } from "./roster/local-view.js";
import { type Admission, type RosterEntry } from "./roster/roster.js";
import { welcome, type Join } from "./welcome.js";

/** The answer to a join; undefined if the client has it already. */
export type JoinReply = Reply<"createAndJoinRoom"> | undefined;

/** Whether one more room is too many for this socket, joins that wait for the application included. */
export function hasTooManyRooms({ core, connection }: Context, room: string): boolean {
  const { memberships, pendingJoins } = connection;
  if (memberships.has(room) || pendingJoin(connection, room) !== undefined) return false;
  let rooms = memberships.size;
  for (const pending of pendingJoins) if (!memberships.has(pending.room)) rooms += 1;
  return rooms >= core.settings.maxRoomsPerSocket;
}

/** Lets a peer into a room that is not full, or says why not. Nothing waits here, unless the roster answers later. */
export function admit(join: Join, decided: Admitted): MaybePromise<JoinReply> {
  const { core, connection, pending, payload } = join;
  const { maxPeersPerRoom, maxRoomsPerSocket } = core.settings;
  const { room } = payload;
  const { id } = pending;
  const rejected = rejectionOfJoin(join);
  if (rejected !== undefined) return rejected;
  const held = connection.memberships.get(room);
  if (held === undefined && connection.memberships.size >= maxRoomsPerSocket) return roomLimit(join);
  // A join with another key over the same socket replaces the membership, once it is admitted: its place is free then.
  const replaced = held?.id === id ? undefined : held;
  const places = replaced === undefined ? maxPeersPerRoom : maxPeersPerRoom + 1;

  return after<Answer<RosterEntry | undefined>, JoinReply>(findEntry(core, room, id), (listed) => {
    if (!listed.ok) return rejections.internal;
    // A connection that has ended meanwhile takes no membership from one that is alive.
    const rejectedByNow = rejectionOfJoin(join);
    if (rejectedByNow !== undefined) return rejectedByNow;
    // Of a member of this node the local view is the truth.
    const known = core.rooms.get(room)?.members.get(id) ?? listed.value;
    const entry = memberEntry(join, decided, known);
    const { user } = entry;
    pending.user = user;
    if (user !== undefined && core.userBans.has(room, user)) return rejections.kicked;
    if (!recognizeUser(join, user)) return rejections.rateLimited;
    // Whoever sees it added may send it something before this node knows that it was.
    const release = core.shared === undefined ? undefined : core.router.hold(connection.id, room);
    pending.isHeld = release !== undefined;
    const add = (): MaybePromise<Answer<Admission>> => addEntry(core, room, entry, places);
    const addOrEvict = after<Answer<Admission>, Answer<Admission>>(add(), (answer) =>
      isFull(answer) && evictAway(core, room, user) ? add() : answer,
    );
    const admitted = (answer: Answer<Admission>): MaybePromise<JoinReply> => {
      if (!answer.ok) return rejections.internal;
      const admission = answer.value;
      if (!admission.ok) return isFull(answer) ? rejections.roomFull : rejections.kicked;
      const rejectedMeanwhile = rejectionOfJoin(join);
      if (rejectedMeanwhile !== undefined) {
        const mayComeBack = rejectedMeanwhile === rejections.gone || rejectedMeanwhile === rejections.draining;
        const isKicked = rejectedMeanwhile.code === "KICKED";
        undoAdmission(core, room, entry, admission, mayComeBack ? "away" : isKicked ? "kicked" : "left");
        return rejectedMeanwhile;
      }
      if (replaced !== undefined) leave(core, replaced, "left");
      return welcome(
        join,
        settleEntry(join, decided, entry, admission),
        admission,
        decided.grant.expiresAt,
        decided.ice,
      );
    };
    return after(addOrEvict, (answer) => {
      try {
        return admitted(answer);
      } finally {
        release?.(connection.memberships.has(room));
      }
    });
  });
}

/** An entry that the roster adds after the caller has been rejected is removed again. */
function addEntry(core: Core, room: string, entry: RosterEntry, places: number): MaybePromise<Answer<Admission>> {
  return askRoster<Admission>(
    core,
    (roster) => roster.add(room, entry, places),
    (late) => {
      const isHere = core.shared !== undefined && core.rooms.get(room)?.held.has(entry.id) === true;
      if (late.ok && !isHere) undoAdmission(core, room, entry, late, "away");
    },
  );
}

function isFull(answer: Answer<Admission>): boolean {
  return answer.ok && !answer.value.ok && answer.value.reason === "full";
}

/**
 * Undoes an admission: the entry that was there comes back, as its holder is now, unless somebody has replaced it
 * meanwhile.
 */
function undoAdmission(
  core: Core,
  room: string,
  entry: RosterEntry,
  admission: Extract<Admission, { ok: true }>,
  becomes: "away" | "left" | "kicked",
): void {
  const { id, session } = entry;
  const { previous } = admission;
  const { roster } = core.settings;
  const node = previous?.node;
  if (core.shared !== undefined && node !== undefined && node !== core.node) {
    undoTakeover(core, room, entry, admission, becomes);
    return;
  }
  // Of a member of this node the local view is the truth; of others it knows nothing.
  const isLocal = previous !== undefined && (node === core.node || core.connections.has(previous.session));
  const view = core.rooms.get(room);
  const held = view?.held.has(id) === true ? view.members.get(id) : undefined;
  const present = held ?? (isLocal ? undefined : previous);
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
