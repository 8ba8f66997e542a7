import type * as z from "zod/mini";
import type { Rejection } from "./error.js";
import type { ClientEvents, ServerEvents } from "./schema/events.js";

/** The events that a client sends. */
export type ClientEventName = keyof ClientEvents;
/** The events that a server sends. */
export type ServerEventName = keyof ServerEvents;

/** A payload as a client may write it, either dialect. Base clients fill in `from`; the server ignores it. */
export type ClientInput<Event extends ClientEventName> = z.input<ClientEvents[Event]> &
  (Event extends "offer" | "answer" | "candidate" | "exit" ? { from?: unknown } : unknown);
/** A client's payload as the server reads it: known fields, one dialect. */
export type ClientPayload<Event extends ClientEventName> = z.output<ClientEvents[Event]>;
/** A payload as a server writes it. */
export type ServerInput<Event extends ServerEventName> = z.input<ServerEvents[Event]>;
/** A server's payload as a client reads it. */
export type ServerPayload<Event extends ServerEventName> = z.output<ServerEvents[Event]>;

/** Why a peer left a room. */
export type ExitReason = NonNullable<ServerPayload<"exit">["reason"]>;
/** The place of a message in the sequence between two peers. */
export type Link = NonNullable<ServerPayload<"offer">["link"]>;

/** The fields of each event's ack beside `ok: true`. */
export interface AckFields {
  createAndJoinRoom: ServerInput<"created">;
  offer: object;
  answer: object;
  candidate: object;
  exit: object;
  leaving: object;
  message: object;
  metadata: object;
  iceServers: Partial<ServerInput<"iceServers">>;
}

/** The one argument of an ack. */
export type Reply<Event extends ClientEventName> = ({ ok: true } & AckFields[Event]) | Rejection;

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of Socket.IO. */
export type ClientToServerEvents = {
  [Event in ClientEventName]: (payload: ClientInput<Event>, ack?: (reply: Reply<Event>) => void) => void;
};

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of Socket.IO. */
export type ServerToClientEvents = {
  [Event in ServerEventName]: (payload: ServerInput<Event>) => void;
};
