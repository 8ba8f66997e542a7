export type { Clock } from "../util/clock.js";
export { FakeClock } from "./fake-clock.js";
export { FakeNetwork, type FailOptions, type FakeNetworkOptions } from "./webrtc/fake-network.js";
export type { FakePeerConnection } from "./webrtc/fake-peer-connection.js";
export { FakeMediaStream, FakeMediaStreamTrack, fakeStream, fakeTrack } from "./webrtc/fake-media.js";
export type { MemoryAuthorize, MemoryGrant, MemoryJoin, MemoryVerdict } from "./signaling/memory-authorize.js";
export {
  MemorySignaling,
  type CutOptions,
  type MemorySignalingOptions,
  type SignalingMessage,
} from "./signaling/memory-signaling.js";
export type { MemorySocket } from "./signaling/memory-socket.js";
export type { SignalingFaults } from "./signaling/memory-wire.js";
export type { FailingOperation, NetworkTimes } from "./webrtc/network-core.js";
export type { Range } from "./random.js";
export { recordEvents, type EventRecord, type RecordedEvent } from "./record-events.js";
export { simulate, type Fault, type SimulateOptions } from "./simulate.js";
