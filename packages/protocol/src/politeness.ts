/**
 * Which of two peers gives way when both make an offer at once (W3C WebRTC, "perfect negotiation"): the one
 * whose id sorts first by UTF-16 code units. Both ends reach opposite answers from the same two ids.
 */
export function isPolite(selfId: string, remoteId: string): boolean {
  return selfId < remoteId;
}
