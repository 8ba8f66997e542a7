import type { Candidate, TrackAnnouncements } from "@sig/protocol/page";

/**
 * Where an offer/answer exchange stands. `RTCPeerConnection.signalingState` (JSEP section 3.2) tells which descriptions
 * have been applied; a phase also tells which one is being applied now.
 */
export type Phase =
  /** No exchange is under way. */
  | "stable"
  /** We are creating and setting an offer; it has not been sent. */
  | "creating-offer"
  /** Our offer has been sent; its answer has not arrived. JSEP: have-local-offer. */
  | "have-local-offer"
  /** We are setting and answering the peer's offer. */
  | "have-remote-offer"
  /** We are setting the answer to our offer. */
  | "applying-answer";

/** A step that the driver takes and reports on. */
export type StepName = "create-offer" | "accept-offer" | "apply-answer";

export interface Offer {
  readonly offerId: string;
  readonly sdp: string;
}

/** A remote candidate that waits for its description. An empty `offerId` means the next description. */
export interface HeldCandidate {
  readonly offerId: string;
  readonly candidate: Candidate;
}

/** What does not change as long as a connection. */
export interface NegotiationOptions {
  /** Whether this side gives way on glare. */
  readonly polite: boolean;
  /** Whether we make further offers on the connection after the first exchange. */
  readonly renegotiates: boolean;
  /** Makes our offer ids unique among all connections of all peers. */
  readonly idPrefix: string;
}

/** The negotiation with one peer: plain data. */
export interface NegotiationState extends NegotiationOptions {
  readonly phase: Phase;
  readonly offersMade: number;
  /** Our offer, from `creating-offer` until it is settled; `sdp` once it is created. */
  readonly localOffer?: { readonly offerId: string; readonly sdp?: string } | undefined;
  /** We gave up our offer for the one that we are accepting. */
  readonly yielded: boolean;
  /** The newest offer of the peer that arrived during a step. */
  readonly queued?: Offer | undefined;
  /** The peer's offer that lost against ours. Its candidates are dropped. */
  readonly ignoredOfferId?: string | undefined;
  /** Our last answer: kept to be resent until the peer is known to have it. */
  readonly lastAnswer?: (Offer & { readonly confirmed: boolean }) | undefined;
  /** A local change waits for an offer. */
  readonly negotiationNeeded: boolean;
  /** Our offers that failed since the last success. */
  readonly failures: number;
  /** The exchange of our newest settled description. Our candidates carry its id, or the id of our open offer. */
  readonly settledOfferId?: string | undefined;
  /** The exchange of the peer's newest description that was applied or is being applied. */
  readonly remoteOfferId?: string | undefined;
  /** Previous values of `remoteOfferId`: late candidates of them may still help. */
  readonly pastIds: readonly string[];
  /** The exchange of the peer's last description that could not be applied. */
  readonly failedRemoteId?: string | undefined;
  /** The peer's candidates that arrived before their description. */
  readonly heldCandidates: readonly HeldCandidate[];
  /** Our candidates that were not sent, or only with our open offer, which the peer may ignore. */
  readonly outgoing: readonly Candidate[];
  /** Our candidates of the current ICE generations, to be resent after an outage. */
  readonly gathered: readonly Candidate[];
}

/** An event. */
export type Input =
  /** The connection fired `negotiationneeded`. */
  | { readonly type: "negotiation-needed" }
  | { readonly type: "remote-offer"; readonly offerId: string; readonly sdp: string }
  /** `offerId` is absent if the peer does not echo it. */
  | { readonly type: "remote-answer"; readonly offerId?: string | undefined; readonly sdp: string }
  | { readonly type: "remote-candidate"; readonly offerId?: string | undefined; readonly candidate: Candidate }
  | { readonly type: "local-candidate"; readonly candidate: Candidate }
  /** The results of the three steps. */
  | { readonly type: "offer-created"; readonly sdp: string }
  | { readonly type: "answer-created"; readonly sdp: string }
  | { readonly type: "answer-applied" }
  | { readonly type: "step-failed"; readonly step: StepName; readonly error: unknown }
  /** Signals reach the peer again. */
  | { readonly type: "reachable" }
  /**
   * Signals may be lost, or were not applied. `connected`: media flows on the ICE generation of our newest settled
   * description, so its candidates need no resend.
   */
  | { readonly type: "resend"; readonly connected: boolean };

/** A message to the peer. */
export type Outgoing =
  | { readonly event: "offer"; readonly offerId: string; readonly sdp: string }
  | { readonly event: "answer"; readonly offerId: string; readonly sdp: string }
  | { readonly event: "candidate"; readonly offerId: string; readonly candidate: Candidate };

/** An action of the driver. Effects run in order, one at a time. */
export type Effect =
  /** Create an offer and set it; report `offer-created`. */
  | { readonly type: "create-offer"; readonly offerId: string }
  /** Set the peer's offer, rolling back ours if there is one. Create and set an answer; report `answer-created`. */
  | { readonly type: "accept-offer"; readonly offerId: string; readonly sdp: string }
  /** Set the peer's answer; report `answer-applied`. */
  | { readonly type: "apply-answer"; readonly sdp: string }
  /** Return to the last stable state. */
  | { readonly type: "rollback" }
  | { readonly type: "add-candidate"; readonly candidate: Candidate }
  /** The local change needs a new connection. */
  | { readonly type: "replace" }
  | { readonly type: "send"; readonly message: Outgoing }
  /** Notify the application that a step failed. `final`: no more offers until the peer is reachable again. */
  | { readonly type: "report"; readonly step: StepName; readonly error: unknown; readonly final: boolean };

export interface Step {
  readonly state: NegotiationState;
  readonly effects: readonly Effect[];
}

/** An offer or an answer as sent to a peer, without `from` and `to`. */
export interface Description {
  readonly sdp: string;
  readonly offerId?: string | undefined;
  readonly tracks?: TrackAnnouncements | undefined;
}

/** A signaling message between two peers. */
export type Signal =
  | { readonly event: "offer" | "answer"; readonly payload: Description }
  | {
      readonly event: "candidate";
      readonly payload: { readonly candidate: Candidate; readonly offerId?: string | undefined };
    };
