import { errorCodes, type Limits } from "../src/index.js";
import { lineOrNull, oneLine, port, sectionIndex, text, textOrNone, type JsonSchema } from "./keywords.js";

const word = (type: string): JsonSchema => ({ const: type, description: "The kind of message." });
const offerId = text(
  64,
  "Identifies the exchange. Optional for a device: without it, the viewer's latest offer is meant.",
);

/** As `fieldsOf`, for messages that a device sends over a plain WebSocket. */
export function fieldsFromDevice({ sdp, candidate }: Limits): Record<string, JsonSchema> {
  return {
    ...Object.fromEntries(["answer", "candidate", "config", "exit"].map((type) => [`${type}:type`, word(type)])),
    sdp: {
      description:
        "The SDP text, or an object with the text and its type. The gateway repairs bare newlines and indentation.",
    },
    "sdp.0": text(sdp, "The SDP text."),
    "sdp.1": { description: "`JSON.stringify` of an `RTCSessionDescription`." },
    "sdp.type": { description: "`answer`, or absent." },
    to: text(128, "The viewer that receives it: the `from` of its offer. Optional while there is one viewer."),
    offerId,
    candidate: {
      type: ["string", "null"],
      maxLength: candidate,
      not: { type: "string", pattern: "[\\r\\n][^\\r\\n]" },
      description:
        "The candidate line. An `a=` before it and a line end after it are dropped. Empty or null: no more " +
        "candidates follow.",
    },
    sdpMid: lineOrNull("The `a=mid` of its media section. Optional."),
    sdpMLineIndex: sectionIndex("The index of its media section, from 0. Without it and `sdpMid`: the first."),
    usernameFragment: lineOrNull("The ICE generation. Optional."),
  };
}

/** As `fieldsOf`, for messages that a device receives over a plain WebSocket. */
export function fieldsToDevice({ roomName, sdp, candidate }: Limits): Record<string, JsonSchema> {
  return {
    ...Object.fromEntries(["config", "offer", "exit", "rejected"].map((type) => [`${type}:type`, word(type)])),
    id: text(128, "The device's own id in the room."),
    room: text(roomName * 2, "The device's room."),
    stun: {
      type: ["object", "null"],
      properties: { host: text(255, "Its name or address."), port: port("Its UDP port.") },
      required: ["host", "port"],
      description: "The first STUN server of `iceServers`, or null.",
    },
    iceServers: {
      description: "STUN and TURN servers in the form of `RTCConfiguration.iceServers`, for this device only.",
    },
    "iceServers.urls": {
      description: "One URL, or several.",
      anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
    },
    "iceServers.username": textOrNone(4096, "For TURN."),
    "iceServers.credential": textOrNone(4096, "For TURN."),
    from: text(128, "The id of the viewer that sent it."),
    sdp: text(sdp, "The SDP text."),
    offerId,
    candidate: textOrNone(candidate, "The candidate line. Empty: no more candidates follow.", oneLine),
    sdpMLineIndex: port("The index of its media section, from 0."),
    sdpMid: lineOrNull("The `a=mid` of its media section."),
    reason: text(64, "Present if the device itself was removed: `kicked`, `replaced` or `closed`."),
    code: textOrNone(64, `One of ${Object.keys(errorCodes).join(", ")}. Later versions may add others.`),
    message: textOrNone(1024, "A sentence for a person."),
  };
}
