export { type StunAddress } from "./checks/device.js";
export { validateJson, type Json, type JsonResult } from "./checks/json.js";
export { isKeyedPeerId, serverSender } from "./checks/peer.js";
export type { TrackAnnouncement, TrackAnnouncements } from "./checks/tracks.js";
export { fromIceCandidate, toIceCandidateInit, type Candidate, type IceCandidateInit } from "./codecs/candidate.js";
export { splitBundle } from "./codecs/candidate-bundle.js";
export { toSessionDescription, type DescriptionType, type SessionDescription } from "./codecs/description.js";
// eslint-disable-next-line @typescript-eslint/no-deprecated -- exported until version 0.3
export { judgeJson, refusal, type Refusal } from "./deprecated.js";
export { errorCodes, rejection, type ErrorCode, type Rejection } from "./error.js";
export type {
  AckFields,
  ClientEventName,
  ClientInput,
  ClientPayload,
  ClientToServerEvents,
  ExitReason,
  Link,
  Reply,
  ServerEventName,
  ServerInput,
  ServerPayload,
  ServerToClientEvents,
} from "./events.js";
export { defaultLimits, leavingCountsMs, maxBundledCandidates, readingLimits, type Limits } from "./limits.js";
export { parse, read, type Parsed } from "./parse.js";
export { isPolite } from "./politeness.js";
export { createClientEventReader, type ReadClientEvent } from "./read-client-event.js";
export {
  createDeviceMessages,
  readDeviceMessage,
  type DeviceMessages,
  type FromDevice,
  type FromDeviceType,
  type ToDevice,
  type ToDeviceType,
} from "./schema/device.js";
export { controlMessages, type ControlMessage } from "./schema/controls.js";
export { createClientEvents, createServerEvents, type ClientEvents, type ServerEvents } from "./schema/events.js";
export { iceServer, type IceServer } from "./schema/ice-servers.js";
export { capabilities, type Capabilities, type Presence, type RosterPeer } from "./schema/peer.js";
export { isSharedName, isSignalingEvent, type BaseEventName, type SharedEventName } from "./shared-names.js";
export type { SchemaInput, SchemaOutput, StandardResult, StandardSchemaV1 } from "./standard-schema.js";
