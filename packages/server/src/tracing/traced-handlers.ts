import { type ClientEventName, type ClientPayload, type ErrorCode, type Reply } from "@sig/protocol";
import { type Handler } from "../bind-event.js";
import { type Context } from "../core.js";
import { isPromiseLike } from "../maybe-promise.js";
import { contextOf, endSpan, startSpan } from "./spans.js";
import { readTraceparent } from "./traceparent.js";
import { type Span, type Tracer } from "./tracer.js";

/** The handlers of the events that are traced. */
export type TracedHandlers = {
  readonly [Event in "createAndJoinRoom" | "offer" | "answer" | "candidate" | "message"]: Handler<Event>;
};

type RelayedEvent = Exclude<keyof TracedHandlers, "createAndJoinRoom">;

/** The same handlers, with one span for each join and for each event that is relayed. */
export function tracedHandlers(tracer: Tracer, handlers: TracedHandlers): TracedHandlers {
  const relayed = <Event extends RelayedEvent>(event: Event): Handler<Event> =>
    traced<Event>(handlers[event], (context, payload) => startRelay(context, tracer, event, payload));
  return {
    createAndJoinRoom: traced(
      handlers.createAndJoinRoom,
      ({ core }, { key, traceparent }) => {
        const attributes = { "sig.keyed": key !== undefined };
        return startSpan(core, tracer, "sig.join", attributes, { parent: readTraceparent(traceparent) });
      },
      rememberJoin,
    ),
    offer: relayed("offer"),
    answer: relayed("answer"),
    candidate: relayed("candidate"),
    message: relayed("message"),
  };
}

/** What a member sends is part of the trace of its join, and linked with the join of its receiver, if that is here. */
function startRelay(
  { core, connection }: Context,
  tracer: Tracer,
  event: RelayedEvent,
  { room, to }: { readonly room: string; readonly to?: string | undefined },
): Span | undefined {
  const sender = connection.memberships.get(room);
  const receiver = to === undefined ? undefined : sender?.room.held.get(to);
  const related = { parent: sender?.trace, link: receiver?.trace };
  return startSpan(core, tracer, "sig.relay", { "sig.event": event }, related);
}

function rememberJoin({ core, connection }: Context, { room }: ClientPayload<"createAndJoinRoom">, span: Span): void {
  const membership = connection.memberships.get(room);
  if (membership !== undefined) membership.trace = contextOf(core, span);
}

/** @param onDone called before the span of an event ends that was not rejected */
function traced<Event extends ClientEventName>(
  handle: Handler<Event>,
  start: (context: Context, payload: ClientPayload<Event>) => Span | undefined,
  onDone?: (context: Context, payload: ClientPayload<Event>, span: Span) => void,
): Handler<Event> {
  return (context, payload, ack, received) => {
    const span = start(context, payload);
    const end = (outcome: "ok" | ErrorCode): void => {
      if (outcome === "ok" && span !== undefined) onDone?.(context, payload, span);
      endSpan(context.core, span, outcome);
    };
    const settle = (reply: Reply<Event> | undefined): Reply<Event> | undefined => {
      end(reply === undefined || reply.ok ? "ok" : reply.code);
      return reply;
    };
    const fail = (cause: unknown): never => {
      end("INTERNAL");
      throw cause;
    };
    try {
      const reply = handle(context, payload, ack, received);
      return isPromiseLike(reply) ? reply.then(settle, fail) : settle(reply);
    } catch (cause) {
      return fail(cause);
    }
  };
}
