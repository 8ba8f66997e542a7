import { errorCodes, type Limits } from "../src/index.js";
import { lineOrNull, oneLine, sectionIndex, text, textOrNone, whole, yesOrNo, type JsonSchema } from "./keywords.js";

/** Control characters, line and paragraph separators, bidirectional controls, halves of surrogate pairs. */
const notInRoomNames =
  "[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]";

const roomOf = {
  client: ({ roomName }: Limits): JsonSchema => ({
    ...text(roomName, "The room's name: compared code point by code point, no control characters."),
    not: { pattern: notInRoomNames },
  }),
  server: ({ roomName }: Limits): JsonSchema => text(roomName * 2, "The room's name."),
};

const json = (what: string, length: number, depth: number): JsonSchema => ({
  description: `${what} Any JSON, of at most ${String(length)} characters in its shortest text and ${String(depth)} levels of nesting; a JSON Schema cannot say either bound.`,
});

/**
 * What a JSON Schema says of each field, by its path in a message: bounds where zod's own schema is a function and says
 * nothing, and what it means, always. `EVENT:PATH` goes before `PATH`. An entry that no message has is an error, and so is a field without one.
 */
export function fieldsOf(direction: "client" | "server", limits: Limits): Record<string, JsonSchema> {
  const from = direction === "server";
  return {
    room: roomOf[direction](limits),
    to: text(128, "The id of the peer that it is for."),
    metadata: json("What the peer says of itself.", limits.metadata, limits.jsonDepth),
    capabilities: { description: "What the peer's WebRTC stack can do. A field that is absent is not known." },
    "capabilities.trickle": yesOrNo("False: it takes no candidate after a description."),
    "capabilities.rollback": yesOrNo("False: it cannot take its own offer back to accept another."),
    "capabilities.renegotiate": yesOrNo("False: it takes one offer for each connection, and makes none."),
    "capabilities.restart": yesOrNo("False: it cannot restart ICE."),
    "capabilities.dialect": textOrNone(32, "How it writes, for people: `sdp` or `device`."),
    sdp: from
      ? text(limits.sdp, "The SDP text, byte for byte as its sender wrote it.")
      : { description: "The SDP text, or the text and its type in an object. It is passed on byte for byte." },
    ...(!from && {
      key: {
        type: "string",
        pattern: "^[A-Za-z0-9_-]{22,128}$",
        description:
          "The secret of this membership, at least 128 random bits, shown to the server alone. Without it the peer is served as the older protocol says.",
      },
      token: textOrNone(8192, "For the host's own check of who may join."),
      "sdp.0": text(limits.sdp, "The SDP text."),
      "sdp.1": { description: "The second dialect, as browsers print a description." },
      "sdp.type": { description: "The name of the event, or absent." },
      "candidate.0": { description: "The first dialect." },
      "candidate.1": { description: "The second dialect, as browsers print a candidate." },
      "candidate.candidate": textOrNone(
        limits.candidate,
        "The candidate line; `sdp` counts where both are there.",
        oneLine,
      ),
    }),
    offerId: text(
      64,
      "Names the exchange: made by the offerer, repeated in the answer, and on the candidates of both.",
    ),
    link: {
      description:
        "The message's place in the sequence between two peers. A client that keeps none leaves it out and ignores it.",
    },
    "link.epoch": text(64, "Names one connection at both ends."),
    "link.seq": whole("Counts messages to this peer in this epoch, from 1; 0 for a bare acknowledgement."),
    "link.ack": whole("The number up to which everything was taken."),
    tracks: {
      type: "object",
      description: "What each media section carries, by its `a=mid`.",
      maxProperties: 64,
      propertyNames: { maxLength: 128 },
      additionalProperties: {
        type: "object",
        properties: {
          stream: textOrNone(128, "The stream that the track belongs to."),
          label: textOrNone(64, "The label that it was published with."),
        },
        required: ["stream"],
        additionalProperties: false,
      },
    },
    candidate: { description: "One ICE candidate." },
    "candidate.sdp": textOrNone(
      limits.candidate,
      "The candidate line, `candidate:…`; empty: no more will follow for this ICE generation.",
      oneLine,
    ),
    "candidate.sdpMid": lineOrNull("The `a=mid` of its media section."),
    "candidate.sdpMLineIndex": sectionIndex(
      "The number of its media section, from 0, as a number or as a numeric text. It arrives with the type it was sent with.",
    ),
    "candidate.usernameFragment": lineOrNull(
      "The ICE generation. Absent: the `ufrag` in the line, or else the newest.",
    ),
    type: text(64, "The app's own name for this kind of message."),
    data: json("What the app says.", limits.message, limits.jsonDepth),
    ...(from && {
      ok: { description: "Whether the server did what was asked." },
      from: text(128, "The id of the peer that it is of, written by the server."),
      id: text(128, "The id of the peer that this speaks of. In `created` it is the receiver's own."),
      peers: { description: "Everyone else who is in the room now." },
      iceServers: {
        description: "STUN and TURN servers as `RTCConfiguration.iceServers` lists them, for the receiver alone.",
      },
      "iceServers.urls": {
        description: "One address, or several.",
        anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
      },
      "iceServers.username": textOrNone(4096, "For TURN."),
      "iceServers.credential": textOrNone(4096, "For TURN."),
      iceServersTtl: {
        type: "number",
        exclusiveMinimum: 0,
        description: "Seconds from when this was sent until the servers refuse the credentials. Absent: never.",
      },
      resumed: yesOrNo("True: the server knew this membership and has taken it up again."),
      state: {
        type: "string",
        enum: ["online", "away"],
        description: "`away`: the peer's socket has dropped; it may be back within the grace time. Absent: `online`.",
      },
      reason: textOrNone(
        64,
        "Why: `left`, `lost`, `kicked`, `replaced` or `closed`. Absent: `left`. One that is not known ends the peer all the same.",
      ),
      "exit:message": textOrNone(256, "The host's words, said only to the peer that was removed."),
      event: text(64, "What was refused."),
      code: textOrNone(64, `Why: ${Object.keys(errorCodes).join(", ")}. Later versions may add others.`),
      message: textOrNone(1024, "A sentence for a person. It never repeats what was sent."),
      retryable: yesOrNo("Whether the very same call may succeed later."),
    }),
  };
}
