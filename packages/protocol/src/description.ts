import * as z from "zod/mini";
import { text } from "./fields.js";

export type DescriptionType = "offer" | "answer";

/** What `RTCPeerConnection.setRemoteDescription` takes. */
export interface SessionDescription {
  type: DescriptionType;
  sdp: string;
}

/**
 * A session description as a client may write it: the SDP text, or `{ type, sdp }` as browsers and the
 * device write it. What comes out is the text, byte for byte.
 */
export function descriptionOfEitherDialect<Type extends DescriptionType>(type: Type, maxLength: number) {
  const sdp = text(maxLength);
  return z.pipe(
    z.union([sdp, z.object({ type: z.optional(z.literal(type)), sdp })]),
    z.transform((value) => (typeof value === "string" ? value : value.sdp)),
  );
}

/**
 * A received SDP text as `setRemoteDescription` wants it. RFC 8866 section 5 asks for CRLF; some devices
 * write bare newlines, and pretty-printed JSON indents them. Text that is already right is returned as it is.
 */
export function toSessionDescription(type: DescriptionType, sdp: string): SessionDescription {
  const wellFormed = sdp.endsWith("\r\n") && !/\r(?!\n)|[^\r]\n|^[ \t\r\n]|\n[ \t\r]/.test(sdp);
  if (wellFormed) return { type, sdp };
  // Spaces at the end of a line stay: "s= " is the session name of a session without one.
  const lines = sdp.split(/[\r\n]+/).map((line) => line.replace(/^[ \t]+/, ""));
  return { type, sdp: lines.filter((line) => line !== "").join("\r\n") + "\r\n" };
}
