export { PeerManager, type JoinOptions } from "./peer-manager.js";
export type { Peer } from "./peer.js";
export type { Publication, PublishOptions } from "./publication.js";
export { SignalingError, type ClientErrorCode } from "./errors.js";
export type {
  ChannelEvent,
  ManagerEvents,
  ManagerState,
  MessageEventOf,
  PeerEvents,
  PeerState,
  TrackEvent,
} from "./events.js";
export type { Logger, MessageInput, MessageOutput, MessageSchemas, PeerManagerOptions, RecoveryPolicy } from "./options.js";
export type { OnceResult } from "./emitter.js";
export type { Token } from "./signaling/membership.js";
export type { Socket } from "./signaling/socket-io-channel.js";
export type { ErrorCode, ExitReason, Json, Presence, StandardSchemaV1 } from "@sig/protocol";
