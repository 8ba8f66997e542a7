import { isPolite, type Capabilities } from "@sig/protocol/page";

/** What an `RTCPeerConnection` can do, as far as two peers have to agree on it (docs/protocol.md, Capabilities). */
export type Abilities = Required<Pick<Capabilities, "trickle" | "rollback" | "renegotiate" | "restart">>;

type OffersFirst = "always" | "as-newcomer" | "never";

/**
 * How we negotiate with one peer, computed once from what both ends support: docs/negotiation.md has the table. Other
 * code reads these fields and never decides by the key or the capabilities itself.
 */
export interface NegotiationProfile {
  /** Whether this side makes the first offer. In the base protocol the newcomer does. */
  readonly offersFirst: OffersFirst;
  /** Whether this side gives way on glare: when both have made an offer. */
  readonly polite: boolean;
  /** Whether our stack can roll an offer back. If not, a polite side gives way with a new connection. */
  readonly rollsBack: boolean;
  /** Whether we make further offers on a connection. If not, each change needs a new connection. */
  readonly renegotiates: boolean;
  /** Whether a lost path is repaired by an ICE restart. */
  readonly restartable: boolean;
  /** Whether the peer takes candidates after the description. If not, the description contains all of them. */
  readonly trickles: boolean;
  /** Whether an offer without an answer may be sent again. If not, each offer means a new connection to the peer. */
  readonly resendsOffers: boolean;
  /**
   * Whether the first offer has an audio and a video section even if we send neither: the peer may never offer its own
   * media.
   */
  readonly requestsMedia: boolean;
  /** Whether the peer accepts a new connection in place of the current one. */
  readonly replaceable: boolean;
  /**
   * Whether the peer knows more than the base protocol (docs/protocol.md): it numbers and acknowledges signals, takes a
   * repeated answer and end-of-candidates, reads announced tracks, has the message channel, and returns under its id.
   */
  readonly extended: boolean;
}

/** A peer as the server lists it. */
export interface ListedPeer {
  readonly id: string;
  /** Whether it joined with a key. If not, it is a legacy client: it knows only the base protocol. */
  readonly keyed: boolean;
  readonly capabilities?: Capabilities | undefined;
}

/** Each end computes its own profile; the two fit together. */
export function negotiationProfile(
  selfId: string,
  own: Abilities,
  { id, keyed, capabilities: theirs = {} }: ListedPeer,
): NegotiationProfile {
  // It takes one offer for each connection and makes none.
  const answersOnly = theirs.renegotiate === false;
  const renegotiable = own.renegotiate && !answersOnly;
  // A legacy client may not know how to roll back.
  const theyRollBack = keyed && theirs.rollback !== false;
  const polite = !keyed || (own.rollback === theyRollBack ? isPolite(selfId, id) : own.rollback);
  return {
    offersFirst: offersFirst(own, keyed, answersOnly),
    polite,
    rollsBack: own.rollback,
    // If neither can roll back, only one of them may make further offers. A legacy client makes none.
    renegotiates: renegotiable && (own.rollback || theyRollBack || !polite || !keyed),
    restartable: renegotiable && own.restart && theirs.restart !== false,
    trickles: theirs.trickle !== false,
    resendsOffers: !answersOnly,
    requestsMedia: !keyed || answersOnly,
    replaceable: keyed || answersOnly,
    extended: keyed,
  };
}

function offersFirst(own: Abilities, keyed: boolean, answersOnly: boolean): OffersFirst {
  if (own.renegotiate && answersOnly) return "always";
  // A legacy client offers when it joins, and waits for offers afterwards.
  return !own.renegotiate && !answersOnly && keyed ? "never" : "as-newcomer";
}
