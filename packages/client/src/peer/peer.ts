import type { Presence } from "@sig/protocol/page";
import type { OnceOptions, OnceResult } from "../util/emitter.js";
import type { SignalingError } from "../errors.js";
import type { RecoveryStep } from "../negotiation/recovery.js";
import type { RemoteTrack } from "../webrtc/media/incoming-tracks.js";
import type { MessageInput, MessageOutput, MessageSchemas } from "./message-schemas.js";

/**
 * How a peer is connected: `waiting` for its offer, `connecting`, `connected`, `reconnecting` after the path was
 * lost, `failed` when it could not be repaired, `closed` when the peer has left or we have.
 */
export type PeerState = "waiting" | "connecting" | "connected" | "reconnecting" | "failed" | "closed";

/** Another member of the room, and the connection to it. It stays the same object from `peerJoined` to `peerLeft`. */
export interface Peer<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  readonly id: string;
  /** The metadata that the peer set itself; validated only by the server's `metadata` schema. */
  readonly metadata: Metadata | undefined;
  /** What the application on the server says of the peer; undefined if it says nothing. The peer cannot set it. */
  readonly attributes: unknown;
  readonly state: PeerState;
  /** `away`: the peer's signaling connection is gone; media may still flow. */
  readonly presence: Presence;
  /** The tracks that the peer sends now, in the order in which they began: a new array at each change. */
  readonly tracks: readonly RemoteTrack[];
  /** The connection itself, for features that this library lacks. After a failure another one may replace it. */
  readonly connection: RTCPeerConnection | undefined;
  /**
   * Sends to this peer alone, reliably and in order, peer to peer; queued until the channel is open. Throws
   * `INVALID_ARGUMENT` for data that does not match `messages`, `BACKPRESSURE` when over 1 MiB is queued, and
   * `INVALID_STATE` when the peer has left or has no channel.
   */
  send<Type extends keyof Messages & string>(type: Type, data: MessageInput<Messages, Type>): void;
  /** Tries at once to reach a `failed` peer, from the first step of recovery. Does nothing in another state. */
  retry(): void;
  /**
   * Opens a data channel of your own, from `peerJoined` on; the peer receives a `channel` event. If the connection is
   * replaced, this channel closes, another is opened in its place, and both ends receive a `channel` event with that.
   * Throws `INVALID_STATE` for a peer that has left, and for a legacy client or a device until it is connected.
   */
  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel;
  /**
   * The state of this peer and the reasons, in sentences for people, the likeliest cause first. Never rejects. It
   * contains no addresses of people and no credentials; it may contain the URL of a STUN or TURN server.
   */
  explain(): Promise<readonly string[]>;
  /** W3C `getStats` of the connection; empty without a connection, or if it is closed meanwhile. */
  getStats(): Promise<RTCStatsReport>;
  /** Adds a listener and returns a function that removes it. A listener that throws affects no other listener. */
  on<Event extends keyof PeerEvents<Messages, Metadata>>(
    event: Event,
    listener: (...args: PeerEvents<Messages, Metadata>[Event]) => void,
  ): () => void;
  off<Event extends keyof PeerEvents<Messages, Metadata>>(
    event: Event,
    listener: (...args: PeerEvents<Messages, Metadata>[Event]) => void,
  ): void;
  /** Resolves with the argument of the next event. Rejects with `ABORTED` if the peer leaves before, or by `signal`. */
  once<Event extends keyof PeerEvents<Messages, Metadata>>(
    event: Event,
    options?: OnceOptions,
  ): Promise<OnceResult<PeerEvents<Messages, Metadata>[Event]>>;
}

/** A track that a peer sends. */
export interface TrackEvent<Messages extends MessageSchemas, Metadata> extends RemoteTrack {
  readonly peer: Peer<Messages, Metadata>;
}

export interface ChannelEvent<Messages extends MessageSchemas, Metadata> {
  readonly peer: Peer<Messages, Metadata>;
  readonly channel: RTCDataChannel;
}

/**
 * A step of the recovery of the path to a peer; `cause` is a sentence, `attempt` counts from 1 after each interruption.
 */
export interface RecoveryEvent<Messages extends MessageSchemas, Metadata> {
  readonly peer: Peer<Messages, Metadata>;
  readonly step: RecoveryStep;
  readonly attempt: number;
  readonly cause: string | undefined;
}

/**
 * An app message: one member of the union for each type in `messages`, so that `type` determines the type of `data`.
 */
export type MessageEventOf<Messages extends MessageSchemas, Metadata> = {
  [Type in keyof Messages & string]: {
    readonly peer: Peer<Messages, Metadata>;
    readonly type: Type;
    readonly data: MessageOutput<Messages, Type>;
  };
}[keyof Messages & string];

/** Event name -> arguments of its listeners. */
export interface PeerEvents<Messages extends MessageSchemas, Metadata> {
  state: [state: PeerState];
  presence: [presence: Presence];
  metadata: [metadata: Metadata | undefined];
  attributes: [attributes: unknown];
  track: [event: TrackEvent<Messages, Metadata>];
  trackMuted: [event: TrackEvent<Messages, Metadata>];
  trackEnded: [event: TrackEvent<Messages, Metadata>];
  message: [event: MessageEventOf<Messages, Metadata>];
  channel: [event: ChannelEvent<Messages, Metadata>];
  /** A step of the recovery of the path (docs/recovery.md). */
  recovery: [event: RecoveryEvent<Messages, Metadata>];
  error: [error: SignalingError];
}
