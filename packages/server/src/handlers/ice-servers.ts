import { type ClientPayload, type Reply } from "@sig/protocol";
import { authorize } from "../authorize.js";
import { type Ack } from "../bind-event.js";
import { askWithinBudget } from "../call-costs.js";
import { type Context } from "../core.js";
import { iceServersFor, keepIceServersFresh, type IceServersPayload } from "../ice-servers.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { type Membership } from "../membership.js";
import { rejections } from "../rejections.js";
import { without } from "../short-list.js";
import { keyedMembership } from "../roster/local-view.js";
import { type Decision } from "../verdict.js";

type Payload = ClientPayload<"iceServers">;
type IceServersReply = Reply<"iceServers">;

/**
 * Sends fresh ICE servers: to a peer with a key in the ack, or as an event if it asked for no ack; to all others
 * in the ack alone, and only if they are allowed to join.
 */
export function iceServers(
  context: Context,
  payload: Payload,
  ack: Ack<"iceServers">,
): MaybePromise<IceServersReply | undefined> {
  const { core, connection } = context;
  const membership = keyedMembership(connection, payload.room);
  if (membership === undefined && ack === undefined) return rejections.notInRoom;
  if (membership !== undefined && core.settings.iceServers === undefined) return { ok: true };
  if (membership === undefined) return askWithinBudget(context, () => preflight(context, payload));
  const answer = (): MaybePromise<IceServersReply> => refresh(context, membership, ack);
  return typeof core.settings.iceServers === "function" ? askWithinBudget(context, answer) : answer();
}

function refresh(
  { core, connection }: Context,
  membership: Membership,
  ack: Ack<"iceServers">,
): MaybePromise<IceServersReply> {
  const { room, id } = membership;
  return after<IceServersPayload | undefined, IceServersReply>(
    iceServersFor(core, connection, id, room.name),
    (fresh) => {
      if (fresh === undefined) return rejections.internal;
      // The peer may have left while the application made them.
      if (connection.memberships.get(room.name) !== membership) return rejections.notInRoom;
      keepIceServersFresh(core, membership, fresh);
      if (ack === undefined) core.router.reply(connection.socket, "iceServers", fresh);
      return { ok: true, ...fresh };
    },
  );
}

/**
 * Answers a socket that has not joined. Credentials have a value of their own: a socket that may not join the room gets
 * none. Without `authorize` everyone may join, and so everyone gets them.
 */
function preflight({ core, connection }: Context, { room, token }: Payload): MaybePromise<IceServersReply> {
  if (core.closing) return rejections.closing;
  const isOpen = core.settings.authorize === undefined && connection.authorize === undefined;
  if (!isOpen && room === undefined) return rejections.notInRoom;
  const question = {
    room: room ?? "",
    ...(token !== undefined && { token }),
    resumed: false,
    reason: "preflight" as const,
    preflight: true as const,
  };
  const canceler = new AbortController();
  connection.questions = [...connection.questions, canceler];
  return after<Decision, IceServersReply>(
    authorize(core, connection, { canceler }, () => question),
    (decision) => {
      connection.questions = without(connection.questions, canceler);
      if (!decision.ok) return decision;
      const { user } = decision.grant;
      if (user !== undefined && core.userBans.has(room ?? "", user)) return rejections.kicked;
      if (core.settings.iceServers === undefined) return { ok: true };
      return after<IceServersPayload | undefined, IceServersReply>(
        iceServersFor(core, connection, connection.id, room ?? ""),
        (fresh) => (fresh === undefined ? rejections.internal : { ok: true, ...fresh }),
      );
    },
  );
}
