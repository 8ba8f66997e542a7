import * as z from "zod/mini";
import { isDeviceLine, isStunAddressOrNull, type StunAddress } from "../checks/device.js";
import { isObject } from "../checks/values.js";
import { rejection, type ErrorCode } from "../error.js";
import type { Limits } from "../limits.js";
import { parse, type Parsed } from "../parse.js";
import { candidateFields } from "./candidate.js";
import { descriptionOfEitherDialect } from "./description.js";
import { field, listOf } from "./field.js";
import { line, lineOrNull, oneOf, openWord, port, text, textExpectation } from "./fields.js";
import { iceServer } from "./ice-servers.js";
import { peerId } from "./peer.js";

/**
 * What a device on a plain WebSocket sends and receives, one JSON text for each message (docs/devices.md): `type` ->
 * schema, for both directions. A candidate needs no `type`, in either direction: its `candidate` identifies it.
 */
export function createDeviceMessages(limits: Limits) {
  // Counted in code units here: each code point of a name is two at most.
  const room = text(limits.roomName * 2);
  const offerId = z.optional(text(64));
  return {
    fromDevice: {
      /** `to` may be absent while there is one viewer. Without `offerId` it answers the viewer's latest offer. */
      answer: z.object({
        type: oneOf(["answer"]),
        sdp: descriptionOfEitherDialect("answer", limits.sdp),
        to: z.optional(peerId),
        offerId,
      }),
      candidate: z.object({
        type: z.optional(oneOf(["candidate"])),
        candidate: z.pipe(deviceLine(limits.candidate), z.transform(bareLine)),
        ...candidateFields(),
        to: z.optional(peerId),
        offerId,
      }),
      /** Asks for another `config`, with fresh ICE servers. */
      config: z.object({ type: oneOf(["config"]) }),
      /** Leaves the room. */
      exit: z.object({ type: oneOf(["exit"]) }),
    },
    toDevice: {
      config: z.object({
        type: oneOf(["config"]),
        id: peerId,
        room,
        stun: field<StunAddress | null, []>(isStunAddressOrNull, [], {
          expected: "null or an object with host and port",
        }),
        iceServers: listOf(iceServer),
      }),
      offer: z.object({ type: oneOf(["offer"]), sdp: text(limits.sdp), from: peerId, offerId }),
      candidate: z.object({
        candidate: line(limits.candidate),
        sdpMLineIndex: port(),
        sdpMid: lineOrNull(256),
        from: peerId,
        offerId,
      }),
      exit: z.object({ type: oneOf(["exit"]), from: peerId, reason: z.optional(text(64)) }),
      rejected: z.object({
        type: oneOf(["rejected"]),
        code: openWord<ErrorCode>(),
        message: text(1024, 0),
      }),
    },
  };
}

/** The schemas of the device messages, by direction. */
export type DeviceMessages = ReturnType<typeof createDeviceMessages>;
/** The types of the messages that a device sends. */
export type FromDeviceType = keyof DeviceMessages["fromDevice"];
/** The types of the messages that a device receives. */
export type ToDeviceType = keyof DeviceMessages["toDevice"];

/** A device's message as the server reads it. */
export type FromDevice = {
  [Type in FromDeviceType]: z.output<DeviceMessages["fromDevice"][Type]> & { type: Type };
}[FromDeviceType];
/** A message to a device as a server writes it. */
export type ToDevice = { [Type in ToDeviceType]: z.input<DeviceMessages["toDevice"][Type]> }[ToDeviceType];

/** Reads a device's message, already parsed from JSON, by the schema of its `type`. Never throws. */
export function readDeviceMessage({ fromDevice }: DeviceMessages, value: unknown): Parsed<FromDevice> {
  if (!isObject(value)) return rejection("BAD_PAYLOAD", "The message is invalid: expected a JSON object.");
  const { type = "candidate" in value ? "candidate" : undefined } = value;
  if (type === undefined) return rejection("BAD_PAYLOAD", '"type" is missing.');
  if (typeof type !== "string" || !Object.hasOwn(fromDevice, type)) {
    const known = Object.keys(fromDevice).map((word) => `"${word}"`);
    return rejection("BAD_PAYLOAD", `"type" is invalid: expected one of ${known.join(", ")}.`);
  }
  const message = type === "candidate" ? standardCandidate(value) : value;
  const read = parse<z.ZodMiniType>(fromDevice[type as FromDeviceType], message);
  return read.ok ? { ok: true, value: { ...(read.value as object), type } as FromDevice } : read;
}

/**
 * A candidate in the names of the tables. Devices also write it as an object, as `RTCIceCandidate.toJSON` makes it, and
 * with the names of AppRTC: `label` for the index of the section, `id` for its mid.
 */
function standardCandidate(message: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { candidate } = message;
  const { label, id, ...fields }: Record<string, unknown> = isObject(candidate)
    ? { ...message, ...candidate }
    : message;
  if (label === undefined) return fields;
  return { sdpMLineIndex: label, ...(id !== undefined && { sdpMid: id }), ...fields };
}

/** One line; a device may have cut it out of an SDP text together with its line end. */
function deviceLine(maxLength: number) {
  const expected = `null or a string of at most ${String(maxLength)} characters on one line`;
  return field<string | null, [number]>(isDeviceLine, [maxLength], textExpectation(maxLength, expected));
}

function bareLine(value: string | null): string {
  return (value ?? "").replace(/^a=/, "").replace(/[\r\n]+$/, "");
}
