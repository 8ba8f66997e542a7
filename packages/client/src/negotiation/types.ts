import type { Candidate, TrackAnnouncements } from "@sig/protocol";

/**
 * Where the offer/answer exchange of one pair stands. `RTCPeerConnection.signalingState` (JSEP section 3.2)
 * says what has been applied; a phase also says what is being applied now.
 */
export type Phase =
  /** Nothing is under way. */
  | "stable"
  /** An offer of ours is being made and set; it has not been sent. */
  | "creating-offer"
  /** Our offer has been sent; its answer has not come. JSEP: have-local-offer. */
  | "have-local-offer"
  /** An offer of theirs is being set and answered. */
  | "have-remote-offer"
  /** The answer to our offer is being set. */
  | "applying-answer";

/** A step that the driver is asked to take and reports on. */
export type StepName = "create-offer" | "accept-offer" | "apply-answer";

export interface Offer {
  readonly offerId: string;
  readonly sdp: string;
}

/** A remote candidate whose description has not been applied yet; an empty `offerId` stands for the next one. */
export interface HeldCandidate {
  readonly offerId: string;
  readonly candidate: Candidate;
}

/** Everything that is known about one pair's negotiation: plain data. */
export interface NegotiationState {
  /** Whether this side gives way when both have made an offer. */
  readonly polite: boolean;
  /** Whether the connection takes further offers of ours, once there was an exchange. */
  readonly renegotiates: boolean;
  /** Whether messages reach the peer now. While they do not, nothing is offered. */
  readonly reachable: boolean;
  /** Whether what is sent while they do not reach the peer arrives later, once and in order (reliable-link.ts). */
  readonly reliable: boolean;
  readonly phase: Phase;
  /** Makes our offer ids unique among all connections of all peers. */
  readonly idPrefix: string;
  readonly offersMade: number;
  /** Our offer, from `creating-offer` until it is settled; `sdp` once it is made. */
  readonly localOffer?: { readonly offerId: string; readonly sdp?: string } | undefined;
  /** An offer of ours was given up for the one that is being accepted. */
  readonly yielded: boolean;
  /** Their offer that came while a step was under way: the latest one only. */
  readonly queued?: Offer | undefined;
  /** Their offer that lost against ours. Its candidates mean nothing. */
  readonly ignoredOfferId?: string | undefined;
  /** Our last answer; kept to be said again until the offerer is known to have it. */
  readonly answered?: (Offer & { readonly confirmed: boolean }) | undefined;
  /** Something changed while no offer could be made. */
  readonly wanted: boolean;
  /** Offers of ours that failed since one went through. */
  readonly failures: number;
  /** The negotiation of our newest description that is settled. Our candidates carry its id, or that of our open offer. */
  readonly localId?: string | undefined;
  /** The negotiation of their newest description that was applied, or is being applied. */
  readonly remoteId?: string | undefined;
  /** Ids that were `remoteId` before: late candidates of theirs may still be of use. */
  readonly pastIds: readonly string[];
  /** The negotiation of the last description of theirs that could not be applied. */
  readonly failedRemoteId?: string | undefined;
  /** Their candidates that came before the description they belong to. */
  readonly held: readonly HeldCandidate[];
  /** Our candidates that were not sent yet, or only with our open offer, which the peer may ignore. */
  readonly outgoing: readonly Candidate[];
  /** Our candidates of the ICE generations in use, to be said again after an outage. */
  readonly gathered: readonly Candidate[];
}

/** What happened. */
export type Input =
  /** The connection fired `negotiationneeded`. */
  | { readonly type: "negotiation-needed" }
  | { readonly type: "remote-offer"; readonly offerId: string; readonly sdp: string }
  /** `offerId` is absent where the peer does not echo it. */
  | { readonly type: "remote-answer"; readonly offerId?: string | undefined; readonly sdp: string }
  | { readonly type: "remote-candidate"; readonly offerId?: string | undefined; readonly candidate: Candidate }
  | { readonly type: "local-candidate"; readonly candidate: Candidate }
  /** The three steps, done. */
  | { readonly type: "offer-created"; readonly sdp: string }
  | { readonly type: "answer-created"; readonly sdp: string }
  | { readonly type: "answer-applied" }
  | { readonly type: "step-failed"; readonly step: StepName; readonly error: unknown }
  /** Messages do not reach the peer: our signaling connection or theirs is gone. */
  | { readonly type: "unreachable" }
  /**
   * They do again, and what was sent meanwhile may be lost. `connected`: media flows by the ICE generation of our
   * newest settled description, so that its candidates need not be said again.
   */
  | { readonly type: "reachable"; readonly connected: boolean }
  /** What was sent may be lost, or could not be applied, without an outage. */
  | { readonly type: "resend"; readonly connected: boolean }
  /** What is sent while the peer cannot be reached is lost. */
  | { readonly type: "unreliable" };

/** A message to the peer. */
export type Outgoing =
  | { readonly event: "offer"; readonly offerId: string; readonly sdp: string }
  | { readonly event: "answer"; readonly offerId: string; readonly sdp: string }
  | { readonly event: "candidate"; readonly offerId: string; readonly candidate: Candidate };

/** What is to be done, in this order, one at a time. */
export type Effect =
  /** Make an offer and set it; report `offer-created`. */
  | { readonly type: "create-offer"; readonly offerId: string }
  /** Set their offer, rolling back ours where there is one, then make an answer and set it; report `answer-created`. */
  | { readonly type: "accept-offer"; readonly offerId: string; readonly sdp: string }
  /** Set their answer; report `answer-applied`. */
  | { readonly type: "apply-answer"; readonly sdp: string }
  /** Go back to the last stable state. */
  | { readonly type: "rollback" }
  | { readonly type: "add-candidate"; readonly candidate: Candidate }
  /** What changed needs a new connection. */
  | { readonly type: "replace" }
  | { readonly type: "send"; readonly message: Outgoing }
  /** Tell the application that a step failed. `final`: no more offers until the peer comes back. */
  | { readonly type: "report"; readonly step: StepName; readonly error: unknown; readonly final: boolean };

export interface Step {
  readonly state: NegotiationState;
  readonly effects: readonly Effect[];
}

/** An offer or an answer as it is sent to a peer, without `from` and `to`. */
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
