import { isPolite, type Capabilities } from "@sig/protocol";

/** What an `RTCPeerConnection` can do, as far as two peers have to agree on it (docs/protocol.md, Capabilities). */
export type Abilities = Required<Pick<Capabilities, "trickle" | "rollback" | "renegotiate" | "restart">>;

/** How the connection with one peer is negotiated, by what both ends can do: docs/negotiation.md has the table. */
export interface NegotiationProfile {
  /** Who makes the first offer: whoever came last, as the seed protocol has it, or always the same one of the two. */
  readonly first: "newcomer" | "we" | "they";
  /** Whether this side gives way when both have made an offer. */
  readonly polite: boolean;
  /** Whether it can do so on the same connection. */
  readonly rollsBack: boolean;
  /** Whether a connection takes further offers of ours. Otherwise what changes needs a new connection. */
  readonly renegotiates: boolean;
  readonly restarts: boolean;
  /** Whether the peer takes candidates after the description. Otherwise all of them are in it. */
  readonly trickles: boolean;
  /** The peer takes one offer for each connection and makes none. */
  readonly answersOnly: boolean;
}

/** The other end, as the server's list has it. */
export interface Other {
  readonly id: string;
  readonly keyed: boolean;
  readonly capabilities: Capabilities | undefined;
}

/** Both ends decide by this, each from its own side, and what they come to fits together. */
export function negotiationProfile(
  selfId: string,
  own: Abilities,
  { id, keyed, capabilities: theirs = {} }: Other,
): NegotiationProfile {
  const answersOnly = theirs.renegotiate === false;
  const renegotiable = own.renegotiate && !answersOnly;
  // A peer that knows only the seed protocol may not know how to take an offer back.
  const theyRollBack = keyed && theirs.rollback !== false;
  const polite = !keyed || (own.rollback === theyRollBack ? isPolite(selfId, id) : own.rollback);
  return {
    first: whoBegins(own, keyed, answersOnly),
    polite,
    rollsBack: own.rollback,
    // Where neither takes an offer back, only one of them may make further ones; one that knows only the seed protocol makes none.
    renegotiates: renegotiable && (own.rollback || theyRollBack || !polite || !keyed),
    restarts: renegotiable && own.restart && theirs.restart !== false,
    trickles: theirs.trickle !== false,
    answersOnly,
  };
}

function whoBegins(own: Abilities, keyed: boolean, answersOnly: boolean): NegotiationProfile["first"] {
  if (own.renegotiate && answersOnly) return "we";
  // A peer that knows only the seed protocol offers when it comes, and waits when it was there.
  return !own.renegotiate && !answersOnly && keyed ? "they" : "newcomer";
}
