import type { SignalingError } from "../errors.js";
import type { NegotiationProfile } from "../negotiation/negotiation-profile.js";
import type { RecoveryState, RecoveryStep } from "../negotiation/recovery.js";
import type { Phase } from "../negotiation/types.js";
import type { Settings } from "../options.js";
import type { RelayedEvent, RelayedPayload } from "../signaling/signaling-channel.js";
import type { IceObserved } from "../webrtc/health/ice-facts.js";
import type { IncomingTrack } from "../webrtc/media/incoming-tracks.js";

/** The other end, and what is known of it before we connect. */
export interface PeerIdentity {
  readonly id: string;
  /** Whether the peer joined with a key, and so takes what goes beyond the seed protocol. */
  readonly keyed: boolean;
  /** How we negotiate with it, by what both can do. */
  readonly profile: NegotiationProfile;
}

/** What a pair needs of the room it is in. */
export interface SessionRoom {
  readonly settings: Settings;
  /** For every connection. */
  readonly configuration: RTCConfiguration;
  /** Makes one. Throws what the browser throws. */
  makeConnection(): RTCPeerConnection;
  /** Resolves once `configuration` has ICE servers that do not expire soon, or none can be had. */
  freshIceServers(): Promise<void>;
  /** Brings a message to a peer. */
  relay<Event extends RelayedEvent>(event: Event, payload: RelayedPayload<Event>): void;
  /** Writes it into the record of what happened: short words and numbers. */
  note(what: string, peer: string, detail?: Readonly<Record<string, string | number | boolean | undefined>>): void;
}

/** What a pair knows of how it stands, for `explain`. */
export interface PeerSessionFacts {
  readonly phase: Phase;
  /** Milliseconds that the exchange which is under way has taken. */
  readonly exchangeForMs: number;
  readonly recovery: RecoveryState;
  /** Tries before the ladder gives up. */
  readonly attempts: number;
  readonly ice: IceObserved | undefined;
}

export interface PeerSessionListener {
  stateChanged(state: RTCPeerConnectionState): void;
  track(event: "track" | "trackEnded", incoming: IncomingTrack): void;
  /** What came over the message channel: an app message, or what should be one. */
  message(value: unknown): void;
  /** An offer, an answer or a candidate that came over the message channel; nobody has judged it. */
  signaled(event: string, payload: object): void;
  /** A data channel that the peer opened, or one of ours on a new connection. */
  channel(channel: RTCDataChannel): void;
  recovery(step: RecoveryStep, attempt: number, cause: string | undefined): void;
  failed(error: SignalingError): void;
}

/** What can be made to go wrong with one peer. */
export interface PeerFaults {
  /** The ladder is told that the path has failed. The path itself is as it is. */
  failPath(): void;
  /** Makes an offer although nothing has changed. */
  offer(): void;
}
