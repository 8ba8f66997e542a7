/**
 * An RTCPeerConnection that negotiates and never connects: enough for tests of a manager in which media does not
 * matter.
 */
export class IdleConnection extends EventTarget {
  signalingState: RTCSignalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "complete";
  localDescription: RTCSessionDescriptionInit | null = null;
  remoteDescription: RTCSessionDescriptionInit | null = null;
  /** Every candidate that was added, in order. */
  readonly candidates: string[] = [];
  #descriptions = 0;

  constructor(readonly configuration: RTCConfiguration) {
    super();
    IdleConnection.open.add(this);
  }

  /** Connections that were created and not closed. */
  static readonly open = new Set<IdleConnection>();

  createDataChannel(): EventTarget {
    queueMicrotask(() => this.dispatchEvent(new Event("negotiationneeded")));
    return new EventTarget();
  }

  setLocalDescription(): Promise<void> {
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.#descriptions += 1;
    this.localDescription = { type, sdp: `v=0\r\no=- 1 ${String(this.#descriptions)} IN IP4 0.0.0.0\r\n` };
    this.signalingState = type === "answer" ? "stable" : "have-local-offer";
    return Promise.resolve();
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.remoteDescription = description;
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
    return Promise.resolve();
  }

  addIceCandidate(init?: RTCIceCandidateInit): Promise<void> {
    this.candidates.push(init?.candidate ?? "");
    return Promise.resolve();
  }

  setConfiguration(configuration: RTCConfiguration): void {
    Object.assign(this.configuration, configuration);
  }

  getTransceivers(): [] {
    return [];
  }

  addTransceiver(): void {
    this.createDataChannel();
  }

  close(): void {
    this.connectionState = "closed";
    this.signalingState = "closed";
    IdleConnection.open.delete(this);
  }
}

export const RTCPeerConnection = IdleConnection as unknown as typeof globalThis.RTCPeerConnection;
