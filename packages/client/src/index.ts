export { PeerManager, type JoinOptions } from "./peer-manager.js";
export type { ChannelEvent, MessageEventOf, Peer, PeerEvents, PeerState, RecoveryEvent, TrackEvent } from "./peer.js";
export { preflight } from "./preflight.js";
export type { PreflightOptions, PreflightReport, PreflightServer } from "./preflight-report.js";
export type { Publication, PublishOptions } from "./publication.js";
export { SignalingError, type ClientErrorCode } from "./errors.js";
export type { ManagerEvents, ManagerState } from "./events.js";
export type {
  Logger,
  MessageInput,
  MessageOutput,
  MessageSchemas,
  PeerManagerOptions,
  RecoveryPolicy,
} from "./options.js";
export type { Abilities } from "./negotiation/approach.js";
export type { RecoveryStep, RecoveryTimes } from "./negotiation/recovery.js";
export type { TimelineEntry } from "./timeline.js";
export type { Clock } from "./clock.js";
export type { OnceResult } from "./emitter.js";
export type { Token } from "./signaling/membership.js";
export type { Socket } from "./signaling/socket-io-channel.js";
export type { ErrorCode, ExitReason, Json, Presence, StandardSchemaV1 } from "@sig/protocol";
