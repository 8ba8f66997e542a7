/** The types of session descriptions that peers exchange. */
export type DescriptionType = "offer" | "answer";

/** The argument of `RTCPeerConnection.setRemoteDescription`. */
export interface SessionDescription {
  type: DescriptionType;
  sdp: string;
}

/** The SDP text of a description of either dialect. */
export function descriptionText(value: string | { sdp: string }): string {
  return typeof value === "string" ? value : value.sdp;
}

/**
 * A received SDP text for `setRemoteDescription`. RFC 8866 section 5 requires CRLF; some devices
 * write bare newlines, and pretty-printed JSON indents them. Well-formed text is returned unchanged.
 */
export function toSessionDescription(type: DescriptionType, sdp: string): SessionDescription {
  const wellFormed = sdp.endsWith("\r\n") && !/\r(?!\n)|[^\r]\n|^[ \t\r\n]|\n[ \t\r]/.test(sdp);
  if (wellFormed) return { type, sdp };
  // Spaces at the end of a line stay: "s= " is the session name of a session without one.
  const lines = sdp.split(/[\r\n]+/).map((line) => line.replace(/^[ \t]+/, ""));
  return { type, sdp: lines.filter((line) => line !== "").join("\r\n") + "\r\n" };
}
