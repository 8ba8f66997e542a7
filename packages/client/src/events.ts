import type { ExitReason, Json, Presence } from "@sig/protocol/page";
import type { SignalingError } from "./errors.js";
import type { MessageSchemas } from "./options.js";
import type { ChannelEvent, MessageEventOf, Peer, PeerState, RecoveryEvent, TrackEvent } from "./peer/peer.js";

export type ManagerState = "idle" | "joining" | "joined" | "reconnecting" | "left";

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
  /** One for each step of the repair of the path to a peer (docs/recovery.md). */
  recovery: [event: RecoveryEvent<Messages, Metadata>];
  /** A data channel that a peer opened with `openChannel`, or one of ours on a connection that took the place of another. */
  channel: [event: ChannelEvent<Messages, Metadata>];
  /** What went wrong with one peer, or ended the membership for good. */
  error: [error: SignalingError];
}
