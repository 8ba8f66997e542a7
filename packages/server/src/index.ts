export {
  SignalingFault,
  type CutOffReason,
  type FaultSource,
  type PeerInfo,
  type RejectedEvent,
  type SignalingEvents,
} from "./application-events.js";
export { attachSignaling } from "./attach-signaling.js";
export { type Clock } from "./clock.js";
export {
  allowOrigins,
  type AllowOriginsOptions,
  type AllowRequest,
  type HandshakeRequest,
} from "./connections/allow-origins.js";
export { type ConnectionRequest } from "./connections/client-address.js";
export {
  limitConnections,
  type ConnectionLimit,
  type ConnectionLimitOptions,
} from "./connections/limit-connections.js";
export { recommendedHttpOptions } from "./connections/recommended-http-options.js";
export { type UpgradeSocket } from "./connections/reject-upgrade.js";
export { type EngineRequest, type EngineResponse, type EngineServer } from "./connections/watch-handshakes.js";
export { type DrainResult } from "./core.js";
export { type DrainOptions } from "./drain.js";
export { type FindQuery } from "./find-peers.js";
export { grant, type Grant } from "./grant.js";
export { type KickOptions } from "./kick.js";
export { type Logger } from "./logger.js";
export { type MaybePromise } from "./maybe-promise.js";
export {
  type Authorize,
  type AuthorizeRequest,
  type GivenIceServer,
  type IceServers,
  type IceServersFor,
  type SignalingOptions,
  type Verdict,
} from "./options.js";
export { type RelayedEvent } from "./metrics/counters.js";
export { type MetricGauges, type Metrics, type MetricStates, type MetricTotals } from "./metrics/metrics.js";
export { peerIdFromKey } from "./peer-id.js";
export { type RateLimit } from "./rate-limit.js";
export { recommendedServerOptions } from "./recommended-server-options.js";
export { MemoryRoster } from "./roster/memory-roster.js";
export { type Admission, type Roster, type RosterEntry } from "./roster/roster.js";
export {
  type RoomSnapshot,
  type RosterChange,
  type RosterObserver,
  type SharedRoster,
} from "./roster/shared-roster.js";
export { type Signaling } from "./signaling.js";
export {
  type EngineConnection,
  type EngineEvents,
  type Namespace,
  type Server,
  type Socket,
  type SocketHandshake,
} from "./socket-io.js";
export { type Span, type SpanContext, type SpanOptions, type TraceContext, type Tracer } from "./tracing/tracer.js";
export { Unauthorized } from "./unauthorized.js";
export type {
  Capabilities,
  ClientEventName,
  ErrorCode,
  ExitReason,
  IceServer,
  Json,
  Limits,
  Presence,
  StandardSchemaV1,
} from "@sig/protocol";
