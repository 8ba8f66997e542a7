import type { PeerConnection } from "../peer-connection.js";

const opposite: Readonly<Record<string, string>> = { active: "passive", passive: "active" };

/** What the last answer said of who opens the DTLS connection (RFC 8842 section 5.3). */
function roleIn(answer: RTCSessionDescription | null | undefined): string | undefined {
  return answer?.type === "answer" ? /^a=setup:(\w+)/m.exec(answer.sdp)?.[1] : undefined;
}

/**
 * An offer, with the DTLS role that its maker has already. It may ask for any (`actpass`), and whoever answers has to
 * keep the roles as they are. Firefox chooses anew when ICE restarts, and Chromium then refuses the answer.
 */
export function keepRoles(
  { currentLocalDescription, currentRemoteDescription }: PeerConnection,
  offer: string,
): string {
  const theirs = roleIn(currentRemoteDescription) ?? opposite[roleIn(currentLocalDescription) ?? ""];
  return theirs === undefined ? offer : offer.replace(/^a=setup:actpass/gm, `a=setup:${theirs}`);
}
