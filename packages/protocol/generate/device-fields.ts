import { errorCodes, type Limits } from "../src/index.js";
import { lineOrNull, oneLine, port, sectionIndex, text, textOrNone, type JsonSchema } from "./keywords.js";

const word = (type: string): JsonSchema => ({ const: type, description: "What kind of message this is." });
const offerId = text(
  64,
  "Names the exchange. A device may leave it out always; it means the viewer's latest offer then.",
);

/** As `fieldsOf`, for what a device says over a plain WebSocket. */
export function fieldsFromDevice({ sdp, candidate }: Limits): Record<string, JsonSchema> {
  return {
    ...Object.fromEntries(["answer", "candidate", "config", "exit"].map((type) => [`${type}:type`, word(type)])),
    sdp: {
      description:
        "The SDP text, or the text and its type in an object. Bare newlines and indentation are mended on the way.",
    },
    "sdp.0": text(sdp, "The SDP text."),
    "sdp.1": { description: "As browsers print a description." },
    "sdp.type": { description: "`answer`, or absent." },
    to: text(128, "The viewer that it is for: the `from` of its offer. May be absent while there is one viewer."),
    offerId,
    candidate: {
      type: ["string", "null"],
      maxLength: candidate,
      not: { type: "string", pattern: "[\\r\\n][^\\r\\n]" },
      description:
        "The candidate line. An `a=` before it and a line end after it are read over; empty or null: no more will follow.",
    },
    sdpMid: lineOrNull("The `a=mid` of its media section. May be absent."),
    sdpMLineIndex: sectionIndex(
      "The number of its media section, from 0. Where it and `sdpMid` are absent: the first.",
    ),
    usernameFragment: lineOrNull("The ICE generation. May be absent."),
  };
}

/** As `fieldsOf`, for what a device is told over a plain WebSocket. */
export function fieldsToDevice({ roomName, sdp, candidate }: Limits): Record<string, JsonSchema> {
  return {
    ...Object.fromEntries(["config", "offer", "exit", "rejected"].map((type) => [`${type}:type`, word(type)])),
    id: text(128, "The device's own id in the room."),
    room: text(roomName * 2, "The room that it is in."),
    stun: {
      type: ["object", "null"],
      properties: { host: text(255, "Its name or address."), port: port("Its UDP port.") },
      required: ["host", "port"],
      description: "The first STUN server of `iceServers`; null where there is none.",
    },
    iceServers: {
      description: "STUN and TURN servers as `RTCConfiguration.iceServers` lists them, for this device alone.",
    },
    "iceServers.urls": {
      description: "One address, or several.",
      anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
    },
    "iceServers.username": textOrNone(4096, "For TURN."),
    "iceServers.credential": textOrNone(4096, "For TURN."),
    from: text(128, "The id of the viewer that it is of."),
    sdp: text(sdp, "The SDP text."),
    offerId,
    candidate: textOrNone(candidate, "The candidate line; empty: no more will follow.", oneLine),
    sdpMLineIndex: port("The number of its media section, from 0."),
    sdpMid: lineOrNull("The `a=mid` of its media section."),
    reason: text(64, "Said where it is the device itself that is out: `kicked`, `replaced` or `closed`."),
    code: textOrNone(64, `Why: ${Object.keys(errorCodes).join(", ")}. Later versions may add others.`),
    message: textOrNone(1024, "A sentence for a person."),
  };
}
