import {
  isSharedName,
  isSignalingEvent,
  type ClientEventName,
  type ClientPayload,
  type Rejection,
  type Reply,
} from "@sig/protocol";
import { contextOfSocket, report, type Context, type Core } from "./core.js";
import { cutOff } from "./cut-off.js";
import { countOnlinePeers, type Connection } from "./membership.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { describeRejected, plainText } from "./rejected-event.js";
import { rejections } from "./rejections.js";
import { keyedMembership } from "./roster/local-view.js";
import { type SharedListener } from "./shared-listeners.js";
import { type Socket } from "./socket-io.js";

/** Socket.IO's acknowledgement function; absent if the caller asked for none. */
export type Ack<Event extends ClientEventName> = ((reply: Reply<Event>) => void) | undefined;

/**
 * Handles an event: a plain function of the caller and of the validated payload. Returns the reply, or `undefined`
 * if it has replied by itself. What was received is the same payload before it was validated.
 */
export type Handler<Event extends ClientEventName> = (
  context: Context,
  payload: ClientPayload<Event>,
  ack: Ack<Event>,
  received: unknown,
) => MaybePromise<Reply<Event> | undefined>;

/**
 * The guarded boundary between a socket and a handler: rate limit, payload, handler, reply. Nothing throws out of it,
 * whatever arrives, and every rejection is sent to the caller. An event of the application itself that happens to have
 * the same name is left to the application: it is neither counted nor answered.
 */
export function bindEvent<Event extends ClientEventName>(
  core: Core,
  event: Event,
  handler: Handler<Event>,
): SharedListener<Socket> {
  const { settings, readClientEvent } = core;
  const { clock, eventPrefix } = settings;
  const isNegotiation = event === "offer" || event === "answer" || event === "candidate";
  // With a prefix no name is the application's.
  const isShared = eventPrefix === "" && isSharedName(event);

  function listener(this: Socket, ...args: unknown[]): void {
    const context = contextOfSocket(core, this);
    if (context === undefined) return;
    const { connection } = context;
    const last = args[args.length - 1];
    const ack = typeof last === "function" ? (last as NonNullable<Ack<Event>>) : undefined;
    const payload = args.length === 1 && ack !== undefined ? undefined : args[0];
    try {
      if (isShared && !(args.length <= 2 && isSignalingEvent(event, payload, ack !== undefined, isMember(connection))))
        return;
      const countPeers = isNegotiation ? () => countOnlinePeers(connection) : undefined;
      if (connection.limiter?.take(clock.now(), countPeers) === false) {
        reject(context, event, payload, ack, rejections.rateLimited);
        return;
      }
      const read = readClientEvent(event, payload);
      if (!read.ok) {
        reject(context, event, payload, ack, read);
        return;
      }
      const reply = handler(context, read.value, ack, payload);
      if (isPromiseLike(reply)) replyLater(context, event, payload, ack, reply);
      else send(context, event, payload, ack, reply);
    } catch (cause) {
      fail(context, event, payload, ack, cause);
    }
  }

  return [eventPrefix + event, listener];
}

function isMember(connection: Connection): (room: string | undefined) => boolean {
  return (room) => keyedMembership(connection, room) !== undefined;
}

function replyLater<Event extends ClientEventName>(
  context: Context,
  event: Event,
  payload: unknown,
  ack: Ack<Event>,
  reply: PromiseLike<Reply<Event> | undefined>,
): void {
  reply.then(
    (settled) => send(context, event, payload, ack, settled),
    (cause: unknown) => fail(context, event, payload, ack, cause),
  );
}

/** A handler that throws is a fault of this library or of the roster. The caller learns no more than that. */
function fail<Event extends ClientEventName>(
  context: Context,
  event: Event,
  payload: unknown,
  ack: Ack<Event>,
  cause: unknown,
): void {
  report(context.core, "handler", cause);
  reject(context, event, payload, ack, rejections.internal);
}

function send<Event extends ClientEventName>(
  context: Context,
  event: Event,
  payload: unknown,
  ack: Ack<Event>,
  reply: Reply<Event> | undefined,
): void {
  if (reply === undefined) return;
  if (reply.ok) acknowledge(context, ack, reply);
  else reject(context, event, payload, ack, reply);
}

/** Calls the ack, if the caller asked for one. */
export function acknowledge<Event extends ClientEventName>(
  { core, connection }: Context,
  ack: Ack<Event>,
  reply: Reply<Event>,
): void {
  if (ack === undefined) return;
  core.router.flush(connection.socket);
  try {
    core.outbound.count(() => ack(reply));
  } catch (cause) {
    report(core, "socket", cause);
  }
}

function reject<Event extends ClientEventName>(
  context: Context,
  event: Event,
  payload: unknown,
  ack: Ack<Event>,
  rejection: Rejection,
): void {
  const { core, connection } = context;
  const room = plainText(payload, "room");
  if (ack !== undefined) {
    acknowledge(context, ack, rejection);
  } else {
    const { code, message, retryable } = rejection;
    const to = plainText(payload, "to");
    const concerning = { ...(room !== undefined && { room }), ...(to !== undefined && { to }) };
    core.router.reply(connection.socket, "rejected", { event, code, message, retryable, ...concerning });
  }
  core.log.debug("event rejected", { socket: connection.id, event, code: rejection.code, room });
  // Who leaves while it waits to be let in has done nothing wrong.
  if (rejection !== rejections.canceled) {
    core.counters.rejected[rejection.code] += 1;
    if (core.events.has("rejected"))
      core.events.emit("rejected", describeRejected(context, event, payload, rejection.code));
  }
  if (rejection.code === "RATE_LIMITED" && connection.limiter?.exhausted === true) cutOff(context, "flood");
}
