import * as z from "zod/mini";
import { isTrackAnnouncements, type TrackAnnouncements } from "../checks/tracks.js";
import type { ErrorCode } from "../error.js";
import { maxBundledCandidates, type Limits } from "../limits.js";
import { candidate, candidateOfEitherDialect } from "./candidate.js";
import { descriptionOfEitherDialect } from "./description.js";
import { field, listOf } from "./field.js";
import { anyObject, anything, boundedJson, count, flag, openWord, roomName, seconds, text } from "./fields.js";
import { iceServersFields } from "./ice-servers.js";
import { messageFields } from "./message.js";
import { capabilities, features, memberFields, peerId, peerKey, presence, rosterPeer } from "./peer.js";

/** Optional fields of an offer or an answer beyond the base protocol. */
const descriptionExtras = () => ({
  /** Names the negotiation: made by the offerer, repeated in the answer and in candidates of both. */
  offerId: z.optional(text(64)),
  link: z.optional(link()),
  /** Which stream and label each media section carries, by its `a=mid`. */
  tracks: z.optional(
    // Validated as one value: an issue of z.record would name the invalid key, and a rejection repeats nothing that was
    // sent.
    field<TrackAnnouncements, []>(isTrackAnnouncements, [], {
      expected: "at most 64 objects with the strings stream and label, by media section",
    }),
  ),
});

/** The place of a message in the sequence between two peers. */
const link = () => z.object({ epoch: text(64), seq: count(), ack: count() });

const candidateExtras = () => {
  const { offerId, link } = descriptionExtras();
  return { offerId, link };
};

/** The events that a client sends: event name -> schema of its payload. Any other field is dropped. */
export function createClientEvents(limits: Limits) {
  const room = roomName(limits.roomName);
  const metadata = boundedJson(limits.metadata, limits.jsonDepth);
  const token = z.optional(text(8192, 0));
  return {
    createAndJoinRoom: z.object({
      room,
      key: z.optional(peerKey),
      metadata: z.optional(metadata),
      capabilities: z.optional(capabilities),
      features: z.optional(features),
      token,
      /** The first offer, for one of the peers that the client finds in the room. */
      offer: z.optional(z.object({ sdp: text(limits.sdp), ...descriptionExtras() })),
      /** A trace context of the W3C. It is for the server's own tracing: an invalid one rejects no join. */
      traceparent: z.optional(anything()),
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
      /** Further candidates for the same peer, each with what it would have had alone. */
      more: z.optional(
        listOf(
          z.object({ candidate: candidateOfEitherDialect(limits.candidate), ...candidateExtras() }),
          maxBundledCandidates - 1,
        ),
      ),
    }),
    exit: z.object({ room }),
    leaving: z.object({ room }),
    message: z.object({ room, to: z.optional(peerId), ...messageFields(limits) }),
    metadata: z.object({ room, metadata }),
    iceServers: z.object({ room: z.optional(room), token }),
  };
}

/** The events that a server sends: event name -> schema of its payload. */
export function createServerEvents(limits: Limits) {
  // Counted in code units here: each code point of a name is two at most.
  const room = text(limits.roomName * 2);
  const metadata = boundedJson(limits.metadata, limits.jsonDepth);
  const attributes = boundedJson(limits.metadata, limits.jsonDepth);
  const relayed = { from: peerId, room };
  const receiver = { to: z.optional(peerId) };
  return {
    created: z.object({
      id: peerId,
      room,
      peers: listOf(rosterPeer(limits)),
      iceServers: z.optional(iceServersFields().iceServers),
      iceServersTtl: iceServersFields().iceServersTtl,
      resumed: z.optional(flag()),
      attributes: z.optional(attributes),
      /** Seconds until the application asks again who the peer is. */
      expiresIn: z.optional(seconds()),
      features: z.optional(features),
      /** The peer that was sent the offer which came with the join. */
      offeredTo: z.optional(peerId),
    }),
    waiting: z.object({ room }),
    /** The node is about to stop: the client connects again, and joins with its key where it then arrives. */
    drain: z.object({
      room,
      /** Milliseconds after which the server itself closes the connection. */
      withinMs: count(),
    }),
    joined: z.object({ room, ...memberFields(limits) }),
    offer: z.object({ ...relayed, sdp: text(limits.sdp), ...receiver, ...descriptionExtras() }),
    answer: z.object({ ...relayed, sdp: text(limits.sdp), ...receiver, ...descriptionExtras() }),
    candidate: z.object({
      ...relayed,
      candidate: candidate(limits.candidate),
      ...receiver,
      ...candidateExtras(),
      /** Only for clients with the feature `bundles`. */
      more: z.optional(listOf(z.object({ candidate: candidate(limits.candidate), ...candidateExtras() }))),
    }),
    exit: z.object({
      from: peerId,
      room,
      /** A newer server may have reasons beyond these: an `exit` counts whatever its reason. */
      reason: z.optional(openWord<"left" | "lost" | "kicked" | "replaced" | "expired" | "closed">()),
      /** Sent only to the peer that was removed, if the application gave a reason. */
      message: z.optional(text(256, 0)),
    }),
    presence: z.object({ id: peerId, room, state: presence }),
    metadata: z.object({ id: peerId, room, metadata }),
    attributes: z.object({ id: peerId, room, attributes }),
    /** Several of the events before this one, in order. Each payload is read by the schema of its event. */
    notices: z.object({
      notices: listOf(z.object({ event: openWord<NoticeEvent>(), payload: anyObject() })),
    }),
    message: z.object({ from: peerId, room, ...messageFields(limits) }),
    iceServers: z.object({ ...iceServersFields() }),
    rejected: z.object({
      event: text(64),
      code: openWord<ErrorCode>(),
      message: text(1024, 0),
      retryable: flag(),
      room: z.optional(room),
      to: z.optional(peerId),
    }),
  };
}

/** What the members of a room are notified of, which a server may gather. */
type NoticeEvent = "joined" | "exit" | "presence" | "metadata" | "attributes";

/** The schemas of the client events. */
export type ClientEvents = ReturnType<typeof createClientEvents>;
/** The schemas of the server events. */
export type ServerEvents = ReturnType<typeof createServerEvents>;
