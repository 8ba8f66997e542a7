import { parse, type ClientEventName, type ClientPayload, type Refusal, type Reply } from "@sig/protocol";
import { report, type Context } from "./core.js";
import { deliver } from "./delivery.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { refusals } from "./refusals.js";

/** Socket.IO's function that answers a call; absent where the caller asked for no answer. */
export type Ack<Event extends ClientEventName> = ((reply: Reply<Event>) => void) | undefined;

/**
 * What is done on an event: a plain function of who calls and of the payload, judged already. It gives back the
 * answer, or `undefined` where it has answered by itself.
 */
export type Handler<Event extends ClientEventName> = (
  context: Context,
  payload: ClientPayload<Event>,
  ack: Ack<Event>,
) => MaybePromise<Reply<Event> | undefined>;

/**
 * The guarded boundary between a socket and a handler: rate, payload, handler, answer. Nothing throws out of it,
 * whatever arrives, and nothing is refused without a word.
 * @returns a function that takes the listener off again
 */
export function bindEvent<Event extends ClientEventName>(
  context: Context,
  event: Event,
  handler: Handler<Event>,
): () => void {
  const { core, connection } = context;
  const { socket, limiter } = connection;
  const schema = core.clientEvents[event];

  const listener = (...args: unknown[]): void => {
    const last = args[args.length - 1];
    const ack = typeof last === "function" ? (last as NonNullable<Ack<Event>>) : undefined;
    const payload = args.length === 1 && ack !== undefined ? undefined : args[0];
    try {
      if (limiter !== undefined && !limiter.take(performance.now())) {
        refuse(context, event, payload, ack, refusals.rateLimited);
        if (limiter.exhausted) cutOff(context);
        return;
      }
      const read = parse(schema, payload);
      if (!read.ok) {
        refuse(context, event, payload, ack, read);
        return;
      }
      const reply = handler(context, read.value as ClientPayload<Event>, ack);
      if (isPromiseLike(reply)) answerLater(context, event, payload, ack, reply);
      else answer(context, event, payload, ack, reply);
    } catch (cause) {
      fail(context, event, payload, ack, cause);
    }
  };

  socket.on(event, listener);
  return () => void socket.off(event, listener);
}

function answerLater<Event extends ClientEventName>(
  context: Context,
  event: Event,
  payload: unknown,
  ack: Ack<Event>,
  reply: PromiseLike<Reply<Event> | undefined>,
): void {
  reply.then(
    (settled) => answer(context, event, payload, ack, settled),
    (cause: unknown) => fail(context, event, payload, ack, cause),
  );
}

/** What a handler throws is a fault of this library's or of a roster's: the caller learns no more than that. */
function fail<Event extends ClientEventName>(
  context: Context,
  event: Event,
  payload: unknown,
  ack: Ack<Event>,
  cause: unknown,
): void {
  report(context.core, "handler", cause);
  refuse(context, event, payload, ack, refusals.internal);
}

function answer<Event extends ClientEventName>(
  context: Context,
  event: Event,
  payload: unknown,
  ack: Ack<Event>,
  reply: Reply<Event> | undefined,
): void {
  if (reply === undefined) return;
  if (reply.ok) acknowledge(context, ack, reply);
  else refuse(context, event, payload, ack, reply);
}

/** Answers a call, if an answer was asked for. */
export function acknowledge<Event extends ClientEventName>(
  { core }: Context,
  ack: Ack<Event>,
  reply: Reply<Event>,
): void {
  if (ack === undefined) return;
  try {
    ack(reply);
  } catch (cause) {
    report(core, "socket", cause);
  }
}

function refuse<Event extends ClientEventName>(
  context: Context,
  event: Event,
  payload: unknown,
  ack: Ack<Event>,
  refused: Refusal,
): void {
  const { core, connection } = context;
  if (ack !== undefined) {
    acknowledge(context, ack, refused);
  } else {
    const { code, message, retryable } = refused;
    const room = textIn(payload, "room");
    const to = textIn(payload, "to");
    const concerning = { ...(room !== undefined && { room }), ...(to !== undefined && { to }) };
    deliver(core, connection, "rejected", { event, code, message, retryable, ...concerning });
  }
  core.log.debug("call refused", { socket: connection.socket.id, event, code: refused.code });
  if (core.events.has("rejected"))
    core.events.emit("rejected", { socketId: connection.socket.id, event, code: refused.code });
}

/** A short plain text of the caller's own, handed back so that it knows which call was refused. */
function textIn(payload: unknown, name: "room" | "to"): string | undefined {
  if (typeof payload !== "object" || payload === null || !Object.hasOwn(payload, name)) return undefined;
  const text: unknown = (payload as Record<string, unknown>)[name];
  const plain =
    typeof text === "string" &&
    text.length >= 1 &&
    text.length <= 128 &&
    !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u.test(text);
  return plain ? text : undefined;
}

function cutOff({ core, connection }: Context): void {
  core.log.warn("socket disconnected: it kept sending past its rate", { socket: connection.socket.id });
  connection.socket.disconnect(true);
}
