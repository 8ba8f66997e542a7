import type { PeerConnection } from "../peer-connection.js";

const opposite: Readonly<Record<string, string>> = { active: "passive", passive: "active" };

/** The DTLS role in the last answer: the side that opens the DTLS connection (RFC 8842 section 5.3). */
function roleIn(answer: RTCSessionDescription | null | undefined): string | undefined {
  return answer?.type === "answer" ? /^a=setup:(\w+)/m.exec(answer.sdp)?.[1] : undefined;
}

/**
 * Writes the current DTLS role into an offer. An offer may leave the role open (`actpass`), and the answer then has to
 * keep it. Firefox chooses a new one when ICE restarts, and Chromium rejects that answer.
 */
export function keepRoles(
  { currentLocalDescription, currentRemoteDescription }: PeerConnection,
  offer: string,
): string {
  const theirs = roleIn(currentRemoteDescription) ?? opposite[roleIn(currentLocalDescription) ?? ""];
  return theirs === undefined ? offer : offer.replace(/^a=setup:actpass/gm, `a=setup:${theirs}`);
}
