import type { SignalingError } from "../errors.js";
import type { NegotiationProfile } from "../negotiation/negotiation-profile.js";
import type { RecoveryInput, RecoveryState, RecoveryStep, RecoveryTimes } from "../negotiation/recovery.js";
import type { Phase } from "../negotiation/types.js";
import type { Settings } from "../options.js";
import type { SignalRouteRoom } from "../signaling/signal-route.js";
import type { EarlyOffer } from "./early-offer.js";
import type { ExplainedConnection } from "../diagnostics/ice-snapshot.js";
import type { RemoteTrack, TrackEventName } from "../webrtc/media/incoming-tracks.js";

/** The other end, as known before we connect. */
export interface PeerIdentity {
  readonly id: string;
  readonly profile: NegotiationProfile;
  /** What the peer declared of `signaling/features.ts`: nothing of another feature is sent to it. */
  readonly features: readonly string[];
}

/** What a peer session needs of the room. */
export interface SessionRoom extends SignalRouteRoom {
  readonly settings: Settings;
  /** For every connection. */
  readonly configuration: RTCConfiguration;
  /** Makes an `RTCPeerConnection`. Throws the browser's error. */
  makeConnection(): RTCPeerConnection;
  /** Who was sent the offer of our join. */
  readonly offeredTo: string | undefined;
  /** That offer, or one that was not sent. It can be taken once. */
  takeOffered(): EarlyOffer | undefined;
  /** Resolves once the ICE servers of `configuration` do not expire soon, or no others can be obtained. */
  freshIceServers(): Promise<void>;
}

/** The state of a peer session, for `explain`. */
export interface PeerSessionFacts {
  /** The current connection. */
  readonly connection: (ExplainedConnection & { readonly phase: Phase }) | undefined;
  readonly recovery: {
    readonly state: RecoveryState;
    readonly times: RecoveryTimes;
    /** Attempts before recovery gives up. */
    readonly limits: { readonly restarts: number; readonly rebuilds: number };
    /** How long the current offer/answer exchange has taken, in milliseconds. */
    readonly exchangeForMs: number;
  };
}

export interface PeerSessionListener {
  /** The first description of a connection is about to be made. */
  connectionReady(connection: RTCPeerConnection): void;
  /** `state` may be another now. */
  stateChanged(): void;
  track(event: TrackEventName, incoming: RemoteTrack): void;
  /** An app message from the message channel; not validated. */
  message(value: unknown): void;
  /** An offer, an answer or a candidate from the message channel; not validated. */
  signaled(event: string, payload: object): void;
  /** A data channel that the peer opened, or one of ours on a new connection. */
  channel(channel: RTCDataChannel): void;
  recovery(step: RecoveryStep, attempt: number, cause: string | undefined): void;
  failed(error: SignalingError): void;
}

/** Faults that `simulate` of `@sig/client/testing` can cause with one peer. */
export interface PeerFaults {
  /** Recovery takes this for what has happened to the path; the path itself is unchanged. */
  recover(input: RecoveryInput): void;
  /** Makes an offer although nothing has changed. */
  offer(): void;
}
