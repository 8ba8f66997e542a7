import * as z from "zod/mini";
import { candidateFields } from "./candidate.js";
import { descriptionOfEitherDialect } from "./description.js";
import { refusal, type ErrorCode } from "./error.js";
import { field, fieldThat, isText, line, lineOrNull, listOf, oneOf, text } from "./fields.js";
import { iceServer } from "./ice-servers.js";
import type { Limits } from "./limits.js";
import { parse, type Parsed } from "./parse.js";
import { peerId } from "./peer.js";

/**
 * What a device on a plain WebSocket says and hears, one JSON text for each message (docs/devices.md): `type` -> schema,
 * for both directions. A candidate has no `type` of necessity, in either direction: it is known by its `candidate`.
 */
export function createDeviceMessages(limits: Limits) {
  // Counted in code units here: each code point of a name is two at most.
  const room = text(limits.roomName * 2);
  const offerId = z.optional(text(64));
  return {
    fromDevice: {
      /** `to` may be absent while there is one viewer, `offerId` always: it names the viewer's latest offer then. */
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
      /** Asks for `config` anew, with fresh ICE servers. */
      config: z.object({ type: oneOf(["config"]) }),
      /** Leaves the room. */
      exit: z.object({ type: oneOf(["exit"]) }),
    },
    toDevice: {
      config: z.object({
        type: oneOf(["config"]),
        id: peerId,
        room,
        stun: fieldThat<StunAddress | null>(isStunAddress),
        iceServers: listOf(iceServer),
      }),
      offer: z.object({ type: oneOf(["offer"]), sdp: text(limits.sdp), from: peerId, offerId }),
      candidate: z.object({
        candidate: line(limits.candidate),
        sdpMLineIndex: fieldThat<number>(isPort),
        sdpMid: lineOrNull(256),
        from: peerId,
        offerId,
      }),
      exit: z.object({ type: oneOf(["exit"]), from: peerId, reason: z.optional(text(64)) }),
      rejected: z.object({
        type: oneOf(["rejected"]),
        code: fieldThat<ErrorCode>((value) => isText(value, 64)),
        message: text(1024, { minLength: 0 }),
      }),
    },
  };
}

export type DeviceMessages = ReturnType<typeof createDeviceMessages>;
export type FromDeviceType = keyof DeviceMessages["fromDevice"];
export type ToDeviceType = keyof DeviceMessages["toDevice"];

/** A message of a device as it is read. */
export type FromDevice = {
  [Type in FromDeviceType]: z.output<DeviceMessages["fromDevice"][Type]> & { type: Type };
}[FromDeviceType];
/** A message as a device is sent it. */
export type ToDevice = { [Type in ToDeviceType]: z.input<DeviceMessages["toDevice"][Type]> }[ToDeviceType];

/** Where a STUN server listens, as small devices take it. */
export interface StunAddress {
  host: string;
  port: number;
}

/** Reads what a device sent, parsed from JSON already, by the schema of its `type`. Nothing is thrown. */
export function readDeviceMessage({ fromDevice }: DeviceMessages, value: unknown): Parsed<FromDevice> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refusal("BAD_PAYLOAD", "A message must be a JSON object.");
  const { type = "candidate" in value ? "candidate" : undefined } = value as { type?: unknown };
  if (type === undefined) return refusal("BAD_PAYLOAD", '"type" is missing.');
  if (typeof type !== "string" || !Object.hasOwn(fromDevice, type)) {
    return refusal("BAD_PAYLOAD", `"type" must be one of ${Object.keys(fromDevice).join(", ")}.`);
  }
  const read = parse<z.ZodMiniType>(fromDevice[type as FromDeviceType], value);
  return read.ok ? { ok: true, value: { ...(read.value as object), type } as FromDevice } : read;
}

/** One line, which a device may have cut out of an SDP text with its end; null, as some stacks have it, is the end of candidates. */
function deviceLine(maxLength: number) {
  return field<string | null>((value) => {
    if (value === null) return undefined;
    if (typeof value !== "string") return "must be of type string";
    if (value.length > maxLength) return maxLength;
    return /^[^\r\n]*[\r\n]*$/.test(value) ? undefined : "must be one line";
  });
}

function bareLine(value: string | null): string {
  return (value ?? "").replace(/^a=/, "").replace(/[\r\n]+$/, "");
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
}

function isStunAddress(value: unknown): boolean {
  if (value === null) return true;
  const { host, port } = Object(value) as Partial<StunAddress>;
  return isText(host, 255) && host !== "" && isPort(port);
}
