/**
 * Whether this end is the polite peer, which yields when both make an offer at once (W3C WebRTC, "perfect
 * negotiation"). The peer whose id sorts first by UTF-16 code units is polite; both ends compute opposite results.
 */
export function isPolite(selfId: string, remoteId: string): boolean {
  return selfId < remoteId;
}
