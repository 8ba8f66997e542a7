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
  // Spaces at the end of a line stay: "s= " is the session name of a session without one.
  const lines = sdp.trimStart().replace(/[\r\n]+[ \t\r\n]*/g, "\r\n");
  return { type, sdp: lines.endsWith("\r\n") ? lines : `${lines}\r\n` };
}
