/** The part of the protocol that a web page needs, without zod: readers of server events, codecs, errors, types. */
export { validateJson, type Json, type JsonResult } from "./checks/json.js";
export { isKeyedPeerId, serverSender } from "./checks/peer.js";
export type { TrackAnnouncement, TrackAnnouncements } from "./checks/tracks.js";
export { fromIceCandidate, toIceCandidateInit, type Candidate, type IceCandidateInit } from "./codecs/candidate.js";
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
export { leavingCountsMs, maxBundledCandidates, readingLimits, type Limits } from "./limits.js";
export { isPolite } from "./politeness.js";
export { readMuted } from "./read-muted.js";
export { readServerEvent, serverEventNames } from "./read-server-event.js";
export type { IceServer } from "./schema/ice-servers.js";
export type { Capabilities, Presence, RosterPeer } from "./schema/peer.js";
export type { SchemaInput, SchemaOutput, StandardResult, StandardSchemaV1 } from "./standard-schema.js";
