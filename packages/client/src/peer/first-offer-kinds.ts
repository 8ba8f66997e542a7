import type { NegotiationProfile } from "../negotiation/negotiation-profile.js";

const both = ["audio", "video"];

/**
 * The kinds of media that a first offer has room for, one media section each, whether anything is sent in it or not:
 * for a peer that may never offer its own media, and for an offer that would be empty, since a description without
 * media connects nothing. `received` are the kinds that came over the connection before.
 */
export function firstOfferKinds(
  { requestsMedia }: NegotiationProfile,
  received: readonly string[],
  hasContent: boolean,
): readonly string[] {
  const requests = requestsMedia || !hasContent;
  return requests ? [...received, ...both.filter((kind) => !received.includes(kind))] : received;
}
