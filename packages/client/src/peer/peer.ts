import type { Presence } from "@sig/protocol/page";
import type { OnceResult } from "../util/emitter.js";
import type { SignalingError } from "../errors.js";
import type { RecoveryStep } from "../negotiation/recovery.js";
import type { MessageInput, MessageOutput, MessageSchemas } from "../options.js";

/**
 * How a peer is connected: `waiting` for its offer, `connecting`, `connected`, `reconnecting` after the path was
 * lost, `failed` when it could not be repaired, `closed` when the peer has left or we have.
 */
export type PeerState = "waiting" | "connecting" | "connected" | "reconnecting" | "failed" | "closed";

/** Somebody else in the room, and the connection with them. One object from `peerJoined` to `peerLeft`, whatever happens in between. */
export interface Peer<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  readonly id: string;
  /** What the peer says of itself; nobody but the server's `metadata` schema has judged it. */
  readonly metadata: Metadata | undefined;
  readonly state: PeerState;
  /** `away`: the peer's signaling connection is gone; media may still flow. */
  readonly presence: Presence;
  /** The connection itself, for what this library does not do. It may be replaced by another after a failure. */
  readonly connection: RTCPeerConnection | undefined;
  /**
   * Sends to this peer alone, reliably and in order, peer to peer; what is said before the channel is open waits.
   * Throws `INVALID_ARGUMENT` for data that does not fit `messages`, `BACKPRESSURE` when over 1 MiB waits, and
   * `INVALID_STATE` when the peer is gone or has no channel.
   */
  send<Type extends keyof Messages & string>(type: Type, data: MessageInput<Messages, Type>): void;
  /**
   * Opens a data channel of your own; the peer gets a `channel` event. Where the connection is replaced by another, it is
   * opened again, and both ends get a `channel` event with the new one. Throws `INVALID_STATE` while there is no connection.
   */
  openChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel;
  /**
   * How it stands with this peer and why, in sentences for people; the likeliest cause first. No addresses of people and no
   * credentials are in it; the URL of a STUN or TURN server may be.
   */
  explain(): Promise<readonly string[]>;
  /** W3C `getStats` of the connection; empty while there is none, or when it is closed meanwhile. */
  getStats(): Promise<RTCStatsReport>;
  /** Adds a listener and returns what removes it. A listener that throws breaks nothing but itself. */
  on<Event extends keyof PeerEvents<Messages, Metadata>>(
    event: Event,
    listener: (...args: PeerEvents<Messages, Metadata>[Event]) => void,
  ): () => void;
  off<Event extends keyof PeerEvents<Messages, Metadata>>(
    event: Event,
    listener: (...args: PeerEvents<Messages, Metadata>[Event]) => void,
  ): void;
  /** Resolves with the event's next argument. */
  once<Event extends keyof PeerEvents<Messages, Metadata>>(
    event: Event,
  ): Promise<OnceResult<PeerEvents<Messages, Metadata>[Event]>>;
}

/** A track that a peer sends. `label` is what it was published with. */
export interface TrackEvent<Messages extends MessageSchemas, Metadata> {
  readonly peer: Peer<Messages, Metadata>;
  readonly track: MediaStreamTrack;
  readonly streams: readonly MediaStream[];
  readonly label: string | undefined;
}

export interface ChannelEvent<Messages extends MessageSchemas, Metadata> {
  readonly peer: Peer<Messages, Metadata>;
  readonly channel: RTCDataChannel;
}

/** What is done about the path to a peer; `cause` says why in a sentence, `attempt` counts from 1 since the path was there last. */
export interface RecoveryEvent<Messages extends MessageSchemas, Metadata> {
  readonly peer: Peer<Messages, Metadata>;
  readonly step: RecoveryStep;
  readonly attempt: number;
  readonly cause: string | undefined;
}

/** An app message: one member of the union for each type in `messages`, so that `type` tells the type of `data`. */
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
  track: [event: TrackEvent<Messages, Metadata>];
  trackEnded: [event: TrackEvent<Messages, Metadata>];
  message: [event: MessageEventOf<Messages, Metadata>];
  channel: [event: ChannelEvent<Messages, Metadata>];
  /** One for each step of the repair of a path (docs/recovery.md). */
  recovery: [event: RecoveryEvent<Messages, Metadata>];
  error: [error: SignalingError];
}
