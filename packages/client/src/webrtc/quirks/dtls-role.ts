import type { PeerConnection } from "../peer-connection.js";

/**
 * Writes the current DTLS role into an offer. An offer may leave the role open (`actpass`), and the answer then has to
 * keep it. Firefox chooses a new one when ICE restarts, and Chromium rejects that answer.
 */
export function keepRoles(
  { currentLocalDescription: ours, currentRemoteDescription: theirs }: PeerConnection,
  offer: string,
): string {
  // The last answer names the role of its side: the active one opens the DTLS connection (RFC 8842 section 5.3).
  const answer = theirs?.type === "answer" ? theirs : ours;
  if (answer == null) return offer;
  const isActive = answer.sdp.includes("\na=setup:active") === (answer === theirs);
  return offer.replace(/^a=setup:actpass/gm, isActive ? "a=setup:active" : "a=setup:passive");
}
