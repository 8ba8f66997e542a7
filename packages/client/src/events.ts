import type { ExitReason, Json, Presence } from "@sig/protocol";
import type { SignalingError } from "./errors.js";
import type { MessageOutput, MessageSchemas } from "./options.js";
import type { Peer } from "./peer.js";

export type ManagerState = "idle" | "joining" | "joined" | "reconnecting" | "left";

/**
 * How a peer is connected: `waiting` for its offer, `connecting`, `connected`, `reconnecting` after the path was
 * lost, `failed` when it could not be repaired, `closed` when the peer has left or we have.
 */
export type PeerState = "waiting" | "connecting" | "connected" | "reconnecting" | "failed" | "closed";

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

/** An app message: one member of the union for each type in `messages`, so that `type` tells the type of `data`. */
export type MessageEventOf<Messages extends MessageSchemas, Metadata> = {
  [Type in keyof Messages & string]: {
    readonly peer: Peer<Messages, Metadata>;
    readonly type: Type;
    readonly data: MessageOutput<Messages, Type>;
  };
}[keyof Messages & string];

/** Event name -> arguments of its listeners. */
export interface ManagerEvents<Messages extends MessageSchemas, Metadata> {
  state: [state: ManagerState];
  peerJoined: [peer: Peer<Messages, Metadata>];
  /** `closed`: we left ourselves, or were removed. */
  peerLeft: [peer: Peer<Messages, Metadata>, reason: ExitReason];
  peerState: [peer: Peer<Messages, Metadata>, state: PeerState];
  peerPresence: [peer: Peer<Messages, Metadata>, presence: Presence];
  peerMetadata: [peer: Peer<Messages, Metadata>, metadata: Metadata | undefined];
  track: [event: TrackEvent<Messages, Metadata>];
  trackEnded: [event: TrackEvent<Messages, Metadata>];
  message: [event: MessageEventOf<Messages, Metadata>];
  /** What the server itself said with `Signaling.send`; judged by its own schemas, not by `messages`. */
  serverMessage: [event: { readonly type: string; readonly data: Json }];
  /** A data channel that a peer opened with `openChannel`. */
  channel: [event: ChannelEvent<Messages, Metadata>];
  /** What went wrong with one peer, or ended the membership for good. */
  error: [error: SignalingError];
}

/** Event name -> arguments of its listeners. */
export interface PeerEvents<Messages extends MessageSchemas, Metadata> {
  state: [state: PeerState];
  presence: [presence: Presence];
  metadata: [metadata: Metadata | undefined];
  track: [event: TrackEvent<Messages, Metadata>];
  trackEnded: [event: TrackEvent<Messages, Metadata>];
  message: [event: MessageEventOf<Messages, Metadata>];
  channel: [event: ChannelEvent<Messages, Metadata>];
  error: [error: SignalingError];
}
