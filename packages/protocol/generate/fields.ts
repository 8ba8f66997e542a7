import { errorCodes, type Limits } from "../src/index.js";
import { lineOrNull, oneLine, sectionIndex, text, textOrNone, whole, yesOrNo, type JsonSchema } from "./keywords.js";

/** Control characters, line and paragraph separators, bidirectional controls, halves of surrogate pairs. */
const notInRoomNames =
  "[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]";

const roomOf = {
  client: ({ roomName }: Limits): JsonSchema => ({
    ...text(roomName, "The room's name, compared code point by code point. No control characters."),
    not: { pattern: notInRoomNames },
  }),
  server: ({ roomName }: Limits): JsonSchema => text(roomName * 2, "The room's name."),
};

const json = (purpose: string, length: number, depth: number): JsonSchema => ({
  description:
    `${purpose} Any JSON of at most ${String(length)} characters in its shortest text and ` +
    `${String(depth)} levels of nesting. A JSON Schema cannot express these bounds.`,
});

/**
 * Keywords of the JSON Schema of each field, by its path in a message: always a description, and the bounds where zod's
 * schema is a function. `EVENT:PATH` takes precedence over `PATH`. A missing entry is an error, and so is an unused
 * one.
 */
export function fieldsOf(direction: "client" | "server", limits: Limits): Record<string, JsonSchema> {
  const from = direction === "server";
  const fields: Record<string, JsonSchema> = {
    room: roomOf[direction](limits),
    to: text(128, "The id of the peer that receives it."),
    metadata: json("The peer's own metadata.", limits.metadata, limits.jsonDepth),
    capabilities: { description: "The abilities of the peer's WebRTC stack. An absent field means unknown." },
    "capabilities.trickle": yesOrNo("False: it accepts no candidate after a description."),
    "capabilities.rollback": yesOrNo("False: it cannot roll back its own offer to accept another."),
    "capabilities.renegotiate": yesOrNo("False: it accepts one offer for each connection, and sends none."),
    "capabilities.restart": yesOrNo("False: it cannot restart ICE."),
    "capabilities.dialect": textOrNone(32, "The dialect it writes, for diagnostics: `sdp` or `device`."),
    features: {
      type: "array",
      maxItems: 16,
      items: { type: "string", minLength: 1, maxLength: 32 },
      description: "The names of features that this end understands. Ignore a name that you do not know.",
    },
    sdp: from
      ? text(limits.sdp, "The SDP text, byte for byte as the sender wrote it.")
      : {
          description:
            "The SDP text, or an object with the text and its type. The server forwards the text byte for byte.",
        },
    ...(!from && {
      key: {
        type: "string",
        pattern: "^[A-Za-z0-9_-]{22,128}$",
        description:
          "The secret of this membership: at least 128 random bits, sent only to the server. Without it the " +
          "server treats the peer as a base client.",
      },
      token: textOrNone(8192, "For the application's `authorize`."),
      traceparent: {
        description:
          "The `traceparent` of W3C Trace Context, such as " +
          "`00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`: a server that traces makes the join, and what " +
          "it relays for this peer, part of that trace. Anything else is ignored.",
      },
      "sdp.0": text(limits.sdp, "The SDP text."),
      "sdp.1": { description: "The second dialect: `JSON.stringify` of an `RTCSessionDescription`." },
      "sdp.type": { description: "The name of the event, or absent." },
      "candidate.0": { description: "The first dialect." },
      "candidate.1": { description: "The second dialect: `JSON.stringify` of an `RTCIceCandidate`." },
      "candidate.candidate": textOrNone(
        limits.candidate,
        "The candidate line. `sdp` takes precedence over it.",
        oneLine,
      ),
    }),
    offerId: text(
      64,
      "Identifies the exchange: chosen by the offerer, repeated in the answer and in the candidates of both.",
    ),
    link: {
      description:
        "The message's place in the sequence between two peers. Optional: a client without sequences omits " +
        "and ignores it.",
    },
    "link.epoch": text(64, "Identifies one connection at both ends."),
    "link.seq": whole(
      "The number of this message to this peer in this epoch, from 1. 0 for an acknowledgment without a message.",
    ),
    "link.ack": whole("The highest number up to which all messages were received."),
    tracks: {
      type: "object",
      description: "The stream and label of each media section, by its `a=mid`.",
      maxProperties: 64,
      propertyNames: { maxLength: 128 },
      additionalProperties: {
        type: "object",
        properties: {
          stream: textOrNone(128, "The id of the stream that the track belongs to."),
          label: textOrNone(64, "The label that it was published with."),
        },
        required: ["stream"],
        additionalProperties: false,
      },
    },
    candidate: { description: "One ICE candidate." },
    more: {
      description:
        "Further candidates for the same peer, in order, each with what it would have had alone. Only for ends with " +
        "the feature `bundles`.",
    },
    "candidate.sdp": textOrNone(
      limits.candidate,
      "The candidate line, `candidate:…`. Empty: no more candidates follow for this ICE generation.",
      oneLine,
    ),
    "candidate.sdpMid": lineOrNull("The `a=mid` of its media section."),
    "candidate.sdpMLineIndex": sectionIndex(
      "The index of its media section, from 0, as a number or a numeric string. The server keeps the type.",
    ),
    "candidate.usernameFragment": lineOrNull(
      "The ICE generation. Absent: the `ufrag` in the line, otherwise the newest.",
    ),
    type: text(64, "The app's name for this kind of message."),
    data: json("The app's data.", limits.message, limits.jsonDepth),
    ...(from && {
      ok: { description: "Whether the call succeeded." },
      from: text(128, "The id of the sender, written by the server."),
      id: text(128, "The id of the peer that this is about. In `created`: the receiver's own id."),
      peers: { description: "The other members of the room." },
      iceServers: {
        description: "STUN and TURN servers in the form of `RTCConfiguration.iceServers`, for the receiver only.",
      },
      "iceServers.urls": {
        description: "One URL, or several.",
        anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
      },
      "iceServers.username": textOrNone(4096, "For TURN."),
      "iceServers.credential": textOrNone(4096, "For TURN."),
      iceServersTtl: {
        type: "number",
        exclusiveMinimum: 0,
        description: "Seconds until the credentials expire, counted from when this was sent. Absent: never.",
      },
      attributes: json("What the application says of the peer.", limits.metadata, limits.jsonDepth),
      withinMs: whole("Milliseconds after which the server closes the connection."),
      expiresIn: {
        type: "number",
        exclusiveMinimum: 0,
        description: "Seconds from when this was sent: the receiver repeats its join with a fresh token before then.",
      },
      resumed: yesOrNo("True: the server resumed an existing membership."),
      state: {
        type: "string",
        enum: ["online", "away"],
        description: "`away`: the peer's socket dropped; it may return within the grace time. Absent: `online`.",
      },
      reason: textOrNone(
        64,
        "`left`, `lost`, `kicked`, `replaced`, `expired` or `closed`. Absent: `left`. An unknown reason ends the " +
          "peer as well.",
      ),
      notices: { description: "What would have been an event each." },
      "notices.event": {
        type: "string",
        maxLength: 64,
        description: "The name of the event, without a prefix. Ignore a name that you do not know.",
      },
      "notices.payload": { type: "object", description: "The payload of that event, by the schema of that event." },
      "exit:message": textOrNone(256, "The application's reason, sent only to the peer that was removed."),
      event: text(64, "The event that was rejected."),
      code: textOrNone(64, `One of ${Object.keys(errorCodes).join(", ")}. Later versions may add others.`),
      message: textOrNone(1024, "A sentence for a person. It never repeats the payload."),
      retryable: yesOrNo("Whether the same call may succeed later."),
      offeredTo: text(128, "The peer that was sent the offer which came with the join."),
    }),
  };
  if (from) return fields;
  const described = ["sdp", "offerId", "link", "link.epoch", "link.seq", "link.ack", "tracks"];
  return {
    ...fields,
    offer: { description: "The first offer, for one of the peers that the client finds in the room." },
    ...Object.fromEntries(described.map((path) => [`offer.${path}`, fields[path] ?? {}])),
    "offer.sdp": text(limits.sdp, "The SDP text."),
  };
}

/** The same for control messages on the data channel. */
export const controlFields: Record<string, JsonSchema> = {
  event: { const: "mute", description: "The feature that this message belongs to." },
  muted: {
    type: "array",
    maxItems: 64,
    items: { type: "string", minLength: 1, maxLength: 128 },
    description: "The media sections, by `a=mid`, whose track the sender has muted; all others are not muted.",
  },
};
