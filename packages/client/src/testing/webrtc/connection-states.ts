import { FakeEventTarget } from "./fake-event-target.js";

/** The states of a connection, and the events of their changes. */
export class ConnectionStates extends FakeEventTarget {
  signalingState: RTCSignalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  iceConnectionState: RTCIceConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "new";
  canTrickleIceCandidates: boolean | null = null;
  onconnectionstatechange: ((event: never) => unknown) | null = null;
  ondatachannel: ((event: never) => unknown) | null = null;
  onicecandidate: ((event: never) => unknown) | null = null;
  onicecandidateerror: ((event: never) => unknown) | null = null;
  oniceconnectionstatechange: ((event: never) => unknown) | null = null;
  onicegatheringstatechange: ((event: never) => unknown) | null = null;
  onnegotiationneeded: ((event: never) => unknown) | null = null;
  onsignalingstatechange: ((event: never) => unknown) | null = null;
  ontrack: ((event: never) => unknown) | null = null;

  protected iceChanged(state: RTCIceConnectionState): void {
    this.iceConnectionState = state;
    this.dispatchEvent({ type: "iceconnectionstatechange" });
    const connectionState = state === "checking" ? "connecting" : state === "completed" ? "connected" : state;
    if (connectionState === this.connectionState) return;
    this.connectionState = connectionState;
    this.dispatchEvent({ type: "connectionstatechange" });
  }

  protected gatheringChanged(state: RTCIceGatheringState): void {
    this.iceGatheringState = state;
    this.dispatchEvent({ type: "icegatheringstatechange" });
  }
}
