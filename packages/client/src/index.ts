export { PeerManager, type JoinOptions } from "./peer-manager.js";
export type {
  ChannelEvent,
  MessageEventOf,
  Peer,
  PeerEvents,
  PeerState,
  RecoveryEvent,
  TrackEvent,
} from "./peer/peer.js";
export { preflight } from "./diagnostics/preflight.js";
export type { PreflightOptions, PreflightReport, PreflightServer } from "./diagnostics/preflight-report.js";
export type { Publication, PublicationEvents, PublishOptions } from "./room/publication.js";
export { SignalingError, type ClientErrorCode } from "./errors.js";
export type { ManagerEvents, ManagerState } from "./events.js";
export type { PeerManagerOptions, RecoveryPolicy, StackCapabilities } from "./options.js";
export type { MessageInput, MessageOutput, MessageSchemas } from "./peer/message-schemas.js";
export type { Logger } from "./util/logger.js";
export type { Abilities } from "./negotiation/negotiation-profile.js";
export type { RecoveryStep, RecoveryTimes } from "./negotiation/recovery.js";
export type { TimelineEntry } from "./room/timeline.js";
export type { RemoteTrack } from "./webrtc/media/incoming-tracks.js";
export type { Clock } from "./util/clock.js";
export type { OnceOptions, OnceResult } from "./util/emitter.js";
export type { Token } from "./signaling/token.js";
export type { Traceparent } from "./signaling/traceparent.js";
export type { Socket } from "./signaling/socket-io.js";
export type { ErrorCode, ExitReason, Json, Presence, StandardSchemaV1 } from "@sig/protocol/page";
