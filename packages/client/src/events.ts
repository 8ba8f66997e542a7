import type { ExitReason, Json, Presence } from "@sig/protocol/page";
import type { SignalingError } from "./errors.js";
import type { MessageSchemas } from "./peer/message-schemas.js";
import type { ChannelEvent, MessageEventOf, Peer, PeerState, RecoveryEvent, TrackEvent } from "./peer/peer.js";
import type { Publication } from "./room/publication.js";

export type ManagerState = "idle" | "joining" | "joined" | "reconnecting" | "left";

/** Event name -> arguments of its listeners. */
export interface ManagerEvents<Messages extends MessageSchemas, Metadata> {
  state: [state: ManagerState];
  /** The application takes its time to decide whether we may join; `timeoutMs` no longer counts. */
  waiting: [room: string];
  peerJoined: [peer: Peer<Messages, Metadata>];
  /** `closed`: we left ourselves, or were removed. */
  peerLeft: [peer: Peer<Messages, Metadata>, reason: ExitReason];
  peerState: [peer: Peer<Messages, Metadata>, state: PeerState];
  peerPresence: [peer: Peer<Messages, Metadata>, presence: Presence];
  peerMetadata: [peer: Peer<Messages, Metadata>, metadata: Metadata | undefined];
  peerAttributes: [peer: Peer<Messages, Metadata>, attributes: unknown];
  /** The application says something else of ourselves. */
  attributes: [attributes: unknown];
  /** Our own metadata: by `setMetadata`, and again if the server rejects it. */
  metadata: [metadata: Metadata | undefined];
  track: [event: TrackEvent<Messages, Metadata>];
  /** The peer has muted the track, or sends it again. */
  trackMuted: [event: TrackEvent<Messages, Metadata>];
  trackEnded: [event: TrackEvent<Messages, Metadata>];
  message: [event: MessageEventOf<Messages, Metadata>];
  /** A publication was made or stopped, was muted, has another track, or one of its tracks has ended. */
  publications: [publications: readonly Publication[]];
  /** A message of the server itself (`Signaling.send`); validated by its own schemas, not by `messages`. */
  serverMessage: [event: { readonly type: string; readonly data: Json }];
  /** A step of the recovery of the path to a peer (docs/recovery.md). */
  recovery: [event: RecoveryEvent<Messages, Metadata>];
  /** A data channel that a peer opened with `openChannel`, or one of ours on a connection that replaced another. */
  channel: [event: ChannelEvent<Messages, Metadata>];
  /** A fault with one peer, or the end of the membership. */
  error: [error: SignalingError];
}
