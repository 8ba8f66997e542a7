import type { PeerIdentity } from "./peer-session-ports.js";

const both = ["audio", "video"];

/**
 * The kinds of media that a first offer is to have room for, one media section for each, whether anything is sent in it or
 * not. A peer that may never offer any of its own is asked for it; and a pair with nothing to say to each other asks as
 * well: a description without media connects nothing. `received` came over the connection before.
 */
export function firstOfferKinds(
  { keyed, profile }: PeerIdentity,
  received: readonly string[],
  hasSomething: boolean,
): readonly string[] {
  const asks = !keyed || profile.answersOnly || !hasSomething;
  return asks ? [...received, ...both.filter((kind) => !received.includes(kind))] : received;
}
