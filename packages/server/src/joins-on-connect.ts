import { type Reply } from "@sig/protocol";
import { acknowledge, type Ack } from "./bind-event.js";
import { contextOfSocket, type Context, type Core } from "./core.js";
import { describePeers } from "./enter-room.js";
import { isSameJoin, type JoinOnConnect, type JoinsOnConnect } from "./pending-join.js";
import { entryOf } from "./roster/local-view.js";
import { type Socket } from "./socket-io.js";
import { type SharedListener } from "./shared-listeners.js";

type JoinReply = Reply<"createAndJoinRoom">;
type JoinAck = NonNullable<Ack<"createAndJoinRoom">>;
type JoinListener = SharedListener<Socket>[1];

/** A client repeats its join one round trip after the first one; what is repeated later is a join of its own. */
const repetitionMs = 10_000;

/**
 * Removes the joins that a client sent with its request to connect from `handshake.auth`: adapters send the handshake
 * to other nodes, and applications log it, but a key is for this service alone.
 */
export function takeJoinsOnConnect({ handshake }: Socket, eventPrefix: string): readonly unknown[] {
  const auth: unknown = handshake?.auth;
  const name = `${eventPrefix}createAndJoinRoom`;
  if (typeof auth !== "object" || auth === null || !Object.hasOwn(auth, name)) return [];
  const joins = (auth as Record<string, unknown>)[name];
  Reflect.deleteProperty(auth, name);
  return Array.isArray(joins) ? joins : [];
}

/**
 * Answers the joins of a request to connect (docs/protocol.md, Joining on connect). A join that is rejected before its
 * repetition arrives is forgotten: an application may not have known enough of the socket yet, and is asked again.
 *
 * @param payloads as they were received
 * @param listen of the event of a join
 */
export function answerJoinsOnConnect(context: Context, payloads: readonly unknown[], listen: JoinListener): void {
  const { core, connection } = context;
  const { clock, maxRoomsPerSocket } = core.settings;
  const joins = new Map<string, JoinOnConnect>();
  const stop = clock.after(repetitionMs, () => (connection.joinsOnConnect = undefined));
  connection.joinsOnConnect = {
    joins,
    forget: () => {
      stop();
      connection.joinsOnConnect = undefined;
    },
  };
  const answer = (raw: unknown): void => {
    const read = core.readClientEvent("createAndJoinRoom", raw);
    if (!read.ok || joins.has(read.value.room)) return;
    const { room } = read.value;
    const join: JoinOnConnect = { payload: read.value };
    listen.call(connection.socket, raw, (reply: JoinReply) => {
      join.reply = reply;
      if (join.ack !== undefined) join.ack(reply);
      else if (!reply.ok && joins.get(room) === join) joins.delete(room);
    });
    if (join.reply?.ok !== false) joins.set(room, join);
  };
  // Once the listeners of the application for new sockets have run as well: it may prepare there what it is asked.
  queueMicrotask(() => {
    if (connection.socket.connected) for (const payload of payloads.slice(0, maxRoomsPerSocket)) answer(payload);
  });
}

/**
 * Answers the repetition of a join that came with the request to connect as that one: it is neither charged nor carried
 * out once more. Everything else goes on to the listener.
 */
export function listenForRepetitions(core: Core, [event, listener]: SharedListener<Socket>): SharedListener<Socket> {
  function joinOrRepetition(this: Socket, ...args: unknown[]): void {
    const [raw, ack] = args;
    const context = contextOfSocket(core, this);
    const isRepetition =
      context?.connection.joinsOnConnect !== undefined &&
      typeof ack === "function" &&
      repeats(context, context.connection.joinsOnConnect, raw, ack as JoinAck);
    if (!isRepetition) listener.apply(this, args);
  }
  return [event, joinOrRepetition];
}

function repeats(context: Context, { joins, forget }: JoinsOnConnect, raw: unknown, ack: JoinAck): boolean {
  const read = context.core.readClientEvent("createAndJoinRoom", raw);
  const join = read.ok ? joins.get(read.value.room) : undefined;
  if (!read.ok || join === undefined) return false;
  const { room } = read.value;
  joins.delete(room);
  if (joins.size === 0) forget();
  if (!isSameJoin(join.payload, read.value)) return false;
  if (join.reply === undefined) {
    join.ack = ack;
    return true;
  }
  const membership = context.connection.memberships.get(room);
  const entry = membership && entryOf(membership);
  if (entry === undefined) return false;
  // Somebody may have come or left since.
  const peers = describePeers(entry, membership?.room.members.values() ?? []);
  acknowledge<"createAndJoinRoom">(context, ack, { ...join.reply, peers } as JoinReply);
  return true;
}
