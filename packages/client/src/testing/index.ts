export type { Clock } from "../clock.js";
export { FakeClock } from "./fake-clock.js";
export { FakeNetwork, type FailOptions, type FakeNetworkOptions } from "./fake-network.js";
export type { FakePeerConnection } from "./fake-peer-connection.js";
export { FakeMediaStream, FakeMediaStreamTrack, fakeStream, fakeTrack } from "./fake-media.js";
export {
  MemorySignaling,
  type CutOptions,
  type MemorySignalingOptions,
  type SignalingMessage,
} from "./memory-signaling.js";
export type { MemorySocket } from "./memory-socket.js";
export type { SignalingFaults } from "./memory-wire.js";
export type { FailingOperation, NetworkTimes } from "./network-core.js";
export type { Range } from "./random.js";
export { recordEvents, type EventRecord, type RecordedEvent } from "./record-events.js";
export { simulate, type Fault, type SimulateOptions } from "./simulate.js";
