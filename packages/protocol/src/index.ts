export { fromIceCandidate, toIceCandidateInit, type Candidate, type IceCandidateInit } from "./candidate.js";
export { toSessionDescription, type DescriptionType, type SessionDescription } from "./description.js";
export {
  createDeviceMessages,
  readDeviceMessage,
  type DeviceMessages,
  type FromDevice,
  type FromDeviceType,
  type StunAddress,
  type ToDevice,
  type ToDeviceType,
} from "./device.js";
export { errorCodes, refusal, type ErrorCode, type Refusal } from "./error.js";
export {
  createClientEvents,
  createServerEvents,
  type AckFields,
  type ClientEventName,
  type ClientEvents,
  type ClientInput,
  type ClientPayload,
  type ClientToServerEvents,
  type ExitReason,
  type Link,
  type Reply,
  type ServerEventName,
  type ServerEvents,
  type ServerInput,
  type ServerPayload,
  type ServerToClientEvents,
} from "./events.js";
export { iceServer, type IceServer } from "./ice-servers.js";
export { judgeJson, type Json } from "./json.js";
export { defaultLimits, leavingCountsMs, readingLimits, type Limits } from "./limits.js";
export { serverSender } from "./message.js";
export { parse, read, type Parsed } from "./parse.js";
export { capabilities, isKeyedPeerId, type Capabilities, type Presence, type RosterPeer } from "./peer.js";
export { isPolite } from "./politeness.js";
export type { SchemaInput, SchemaOutput, StandardSchemaV1 } from "./standard-schema.js";
export type { TrackAnnouncement, TrackAnnouncements } from "./tracks.js";
