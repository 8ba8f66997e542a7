import * as z from "zod/mini";
import { candidate, candidateOfEitherDialect } from "./candidate.js";
import { descriptionOfEitherDialect } from "./description.js";
import type { ErrorCode, Refusal } from "./error.js";
import { count, fieldThat, flag, isText, listOf, text } from "./fields.js";
import { iceServersFields } from "./ice-servers.js";
import { boundedJson } from "./json.js";
import type { Limits } from "./limits.js";
import { messageFields } from "./message.js";
import { capabilities, peerId, peerKey, presence, rosterPeer } from "./peer.js";
import { roomName } from "./room-name.js";
import { trackAnnouncements } from "./tracks.js";

/** Fields beyond the seed protocol that an offer or an answer may carry. */
const descriptionExtras = () => ({
  /** Names the negotiation: made by the offerer, echoed by the answer and by candidates of both. */
  offerId: z.optional(text(64)),
  link: z.optional(link()),
  /** Which stream and label each media section carries, by its `a=mid`. */
  tracks: z.optional(trackAnnouncements()),
});

/** Place of a message in the sequence between two peers. */
const link = () =>
  z.object({
    epoch: text(64),
    seq: count(),
    ack: count(),
  });

const candidateExtras = () => {
  const { offerId, link } = descriptionExtras();
  return { offerId, link };
};

/** What a client may send: event name -> schema of its payload. A field that is not named here reaches nobody. */
export function createClientEvents(limits: Limits) {
  const room = roomName(limits.roomName);
  const metadata = boundedJson(limits.metadata, limits.jsonDepth);
  const token = z.optional(text(8192, { minLength: 0 }));
  return {
    createAndJoinRoom: z.object({
      room,
      key: z.optional(peerKey),
      metadata: z.optional(metadata),
      capabilities: z.optional(capabilities),
      token,
    }),
    offer: z.object({ to: peerId, room, sdp: descriptionOfEitherDialect("offer", limits.sdp), ...descriptionExtras() }),
    answer: z.object({
      to: peerId,
      room,
      sdp: descriptionOfEitherDialect("answer", limits.sdp),
      ...descriptionExtras(),
    }),
    candidate: z.object({
      to: peerId,
      room,
      candidate: candidateOfEitherDialect(limits.candidate),
      ...candidateExtras(),
    }),
    exit: z.object({ room }),
    leaving: z.object({ room }),
    message: z.object({ room, to: z.optional(peerId), ...messageFields(limits) }),
    metadata: z.object({ room, metadata }),
    iceServers: z.object({ room: z.optional(room), token }),
  };
}

const isShortText = (value: unknown): boolean => isText(value, 64);

/** What a server sends: event name -> schema of its payload. */
export function createServerEvents(limits: Limits) {
  // Counted in code units here: each code point of a name is two at most.
  const room = text(limits.roomName * 2);
  const metadata = boundedJson(limits.metadata, limits.jsonDepth);
  const relayed = { from: peerId, to: z.optional(peerId), room };
  return {
    created: z.object({
      id: peerId,
      room,
      peers: listOf(rosterPeer(limits)),
      iceServers: z.optional(iceServersFields().iceServers),
      iceServersTtl: iceServersFields().iceServersTtl,
      resumed: z.optional(flag()),
    }),
    joined: z.object({ id: peerId, room, metadata: z.optional(metadata), capabilities: z.optional(capabilities) }),
    offer: z.object({ ...relayed, sdp: text(limits.sdp), ...descriptionExtras() }),
    answer: z.object({ ...relayed, sdp: text(limits.sdp), ...descriptionExtras() }),
    candidate: z.object({ ...relayed, candidate: candidate(limits.candidate), ...candidateExtras() }),
    exit: z.object({
      from: peerId,
      room,
      /** A newer server may have reasons beyond these: an `exit` counts whatever its reason. */
      reason: z.optional(fieldThat<"left" | "lost" | "kicked" | "replaced" | "closed">(isShortText)),
      /** Said only to the peer that was removed, where the host gave a reason. */
      message: z.optional(text(256, { minLength: 0 })),
    }),
    presence: z.object({ id: peerId, room, state: presence }),
    metadata: z.object({ id: peerId, room, metadata }),
    message: z.object({ from: peerId, room, ...messageFields(limits) }),
    iceServers: z.object({ ...iceServersFields() }),
    rejected: z.object({
      event: text(64),
      code: fieldThat<ErrorCode>(isShortText),
      message: text(1024, { minLength: 0 }),
      retryable: flag(),
      room: z.optional(room),
      to: z.optional(peerId),
    }),
  };
}

export type ClientEvents = ReturnType<typeof createClientEvents>;
export type ServerEvents = ReturnType<typeof createServerEvents>;
export type ClientEventName = keyof ClientEvents;
export type ServerEventName = keyof ServerEvents;

/** A payload as a client may write it, either dialect. The `from` that the seed's clients fill in is read by nobody. */
export type ClientInput<Event extends ClientEventName> = z.input<ClientEvents[Event]> &
  (Event extends "offer" | "answer" | "candidate" | "exit" ? { from?: unknown } : unknown);
/** A client's payload as the server reads it: known fields, one dialect. */
export type ClientPayload<Event extends ClientEventName> = z.output<ClientEvents[Event]>;
/** A payload as a server writes it. */
export type ServerInput<Event extends ServerEventName> = z.input<ServerEvents[Event]>;
/** A server's payload as a client reads it. */
export type ServerPayload<Event extends ServerEventName> = z.output<ServerEvents[Event]>;

export type ExitReason = NonNullable<ServerPayload<"exit">["reason"]>;
export type Link = NonNullable<ServerPayload<"offer">["link"]>;

/** What the ack of each event says beside `ok: true`. */
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
export type Reply<Event extends ClientEventName> = ({ ok: true } & AckFields[Event]) | Refusal;

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of Socket.IO. */
export type ClientToServerEvents = {
  [Event in ClientEventName]: (payload: ClientInput<Event>, ack?: (reply: Reply<Event>) => void) => void;
};

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of Socket.IO. */
export type ServerToClientEvents = {
  [Event in ServerEventName]: (payload: ServerInput<Event>) => void;
};
