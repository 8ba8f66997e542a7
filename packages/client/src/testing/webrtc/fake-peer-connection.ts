import { ConnectionStates } from "./connection-states.js";
import type { FakeSender, TransceiverOwner } from "./fake-transceiver.js";
import { IceAgent } from "./ice-agent.js";
import { Jsep } from "./jsep.js";
import { LocalTransceivers } from "./local-transceivers.js";
import { chosenFailure, type NetworkCore } from "./network-core.js";
import { Operations } from "./operations.js";
import { Sctp } from "./sctp.js";
import { SignalingState } from "./signaling-state.js";

/**
 * An `RTCPeerConnection` without a network. Get its class from `FakeNetwork.connectionClass`: two connections of one
 * `FakeNetwork` connect by the descriptions and candidates that they exchange. It follows JSEP (RFC 9429) and W3C
 * WebRTC for descriptions, candidates, transceivers, data channels and states, and throws where a browser throws. Where
 * browsers differ it is as strict as the strictest: it rejects candidates of an unknown ICE generation, a changed
 * fingerprint, and local SDP that was modified. It sends no media, has no provisional answers and no statistics of
 * media, and does not reuse the m-lines of stopped transceivers.
 */
export class FakePeerConnection extends ConnectionStates {
  #configuration: RTCConfiguration;
  readonly #core: NetworkCore;
  readonly #agent: IceAgent;
  readonly #sctp: Sctp;
  readonly #state: SignalingState;
  readonly #operations: Operations;
  readonly #jsep: Jsep;
  readonly #local: LocalTransceivers;

  /** Use the class that `FakeNetwork.connectionClass` returns instead. */
  constructor(core: NetworkCore, name: string, configuration: RTCConfiguration = {}) {
    super();
    const failure = chosenFailure(core, "constructor", name);
    if (failure !== undefined) throw failure;
    this.#core = core;
    this.#configuration = configuration;
    const isClosed = (): boolean => this.signalingState === "closed";
    const isStable = (): boolean => this.signalingState === "stable";
    const needsNegotiation = (): boolean => this.#state.needsNegotiation;
    const getConfiguration = (): RTCConfiguration => this.#configuration;
    this.#operations = new Operations(core, {
      name,
      get closed() {
        return isClosed();
      },
      get stable() {
        return isStable();
      },
      get needsNegotiation() {
        return needsNegotiation();
      },
      negotiationNeeded: () => this.dispatchEvent({ type: "negotiationneeded" }),
    });
    const transceiverOwner: TransceiverOwner = {
      get closed() {
        return isClosed();
      },
      negotiationMayBeNeeded: () => this.#operations.update(),
      chain: (run) => this.#operations.chain("replaceTrack", run),
      packets: { reported: core.packets, now: () => (this.#agent.flows ? core.clock.now() : undefined) },
    };
    this.#agent = new IceAgent(name, core, {
      get configuration() {
        return getConfiguration();
      },
      iceStateChanged: (state) => this.iceChanged(state),
      gatheringChanged: (state) => this.gatheringChanged(state),
      candidate: (ufrag, line) => this.#jsep.gathered(ufrag, line),
      candidateError: (error) =>
        this.dispatchEvent(Object.assign({ type: "icecandidateerror", address: null, port: null }, error)),
      flowing: () => this.#sctp.changed(),
      otherClosed: () => this.#sctp.otherClosed(),
    });
    const serial = this.#agent.serial.toString(16).padStart(4, "0").toUpperCase();
    const fingerprint = `${serial.slice(0, -2)}:${serial.slice(-2)}${":5A".repeat(30)}`;
    this.#state = new SignalingState({
      fingerprint,
      transceivers: transceiverOwner,
      newUfrag: () => this.#agent.newUfrag(),
    });
    this.#local = new LocalTransceivers(this.#state, this.#operations, transceiverOwner);
    this.#sctp = new Sctp(core, this.#agent, {
      isNegotiated: () => this.#state.hasData,
      announce: (channel) => this.dispatchEvent(Object.assign({ type: "datachannel" }, { channel })),
    });
    this.#jsep = new Jsep({
      core,
      connection: this,
      state: this.#state,
      operations: this.#operations,
      agent: this.#agent,
      sctp: this.#sctp,
    });
  }

  static generateCertificate(): Promise<object> {
    return Promise.resolve({ expires: Infinity, getFingerprints: () => [] });
  }

  get localDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#state.local);
  }

  get currentLocalDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#state.currentLocal);
  }

  get pendingLocalDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#state.pendingLocal);
  }

  get remoteDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#state.remote);
  }

  get currentRemoteDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#state.currentRemote);
  }

  get pendingRemoteDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#state.pendingRemote);
  }

  get sctp(): { readonly state: string; readonly maxMessageSize: number } | null {
    return this.#state.hasData
      ? { state: this.connectionState === "connected" ? "connected" : "connecting", maxMessageSize: 262_144 }
      : null;
  }

  createOffer({ iceRestart = false }: RTCOfferOptions = {}): Promise<RTCSessionDescriptionInit> {
    return this.#operations.chain("createOffer", () => this.#jsep.create("offer", iceRestart));
  }

  createAnswer(): Promise<RTCSessionDescriptionInit> {
    return this.#operations.chain("createAnswer", () => this.#jsep.create("answer"));
  }

  setLocalDescription(description: Partial<RTCSessionDescriptionInit> = {}): Promise<void> {
    return this.#operations.chain("setLocalDescription", () => this.#jsep.setLocal(description));
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    return this.#operations.chain("setRemoteDescription", () => this.#jsep.setRemote(description));
  }

  addIceCandidate(candidate: RTCIceCandidateInit | null = null): Promise<void> {
    const { candidate: line = "", sdpMid = null, sdpMLineIndex = null } = candidate ?? {};
    if (line !== "" && sdpMid === null && sdpMLineIndex === null)
      return Promise.reject(new TypeError("sdpMid and sdpMLineIndex are both null."));
    return this.#operations.chain("addIceCandidate", () => this.#jsep.addCandidate(candidate ?? {}));
  }

  restartIce(): void {
    if (this.signalingState === "closed") return;
    this.#state.restartIce();
    this.#operations.update();
  }

  getConfiguration(): RTCConfiguration {
    return { ...this.#configuration };
  }

  setConfiguration(configuration: RTCConfiguration = {}): void {
    this.#mustBeOpen();
    const { bundlePolicy } = this.#configuration;
    if (configuration.bundlePolicy !== undefined && configuration.bundlePolicy !== (bundlePolicy ?? "balanced")) {
      throw new DOMException("bundlePolicy cannot be changed.", "InvalidModificationError");
    }
    this.#configuration = configuration;
  }

  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): RTCRtpSender {
    this.#mustBeOpen();
    return this.#local.addTrack(track, streams) as unknown as RTCRtpSender;
  }

  removeTrack(sender: RTCRtpSender): void {
    this.#mustBeOpen();
    this.#local.removeTrack(sender as unknown as FakeSender);
  }

  addTransceiver(trackOrKind: MediaStreamTrack | string, init: RTCRtpTransceiverInit = {}): RTCRtpTransceiver {
    const [kind, track] = typeof trackOrKind === "string" ? [trackOrKind] : [trackOrKind.kind, trackOrKind];
    if (kind !== "audio" && kind !== "video") throw new TypeError(`"${kind}" is not a kind of media.`);
    this.#mustBeOpen();
    return this.#local.add(kind, track, init) as unknown as RTCRtpTransceiver;
  }

  getTransceivers(): RTCRtpTransceiver[] {
    return [...this.#state.transceivers] as unknown as RTCRtpTransceiver[];
  }

  getSenders(): RTCRtpSender[] {
    return this.#state.transceivers.map(({ sender }) => sender) as unknown as RTCRtpSender[];
  }

  getReceivers(): RTCRtpReceiver[] {
    return this.#state.transceivers.map(({ receiver }) => receiver) as unknown as RTCRtpReceiver[];
  }

  createDataChannel(label: string, init: RTCDataChannelInit = {}): RTCDataChannel {
    this.#mustBeOpen();
    const channel = this.#sctp.create(label, init);
    if (!this.#state.usesData) {
      this.#state.usesData = true;
      this.#operations.update();
    }
    return channel as unknown as RTCDataChannel;
  }

  getStats(): Promise<RTCStatsReport> {
    const timestamp = this.#core.clock.now();
    const { iceConnectionState: iceState, connectionState: dtlsState } = this;
    const entries: { readonly id: string; readonly type: string }[] = [
      Object.assign(
        { id: "T0", type: "transport", timestamp },
        { iceState, dtlsState, bytesReceived: this.#sctp.bytes },
      ),
    ];
    if (this.connectionState === "connected")
      entries.push(
        Object.assign({ id: "P0", type: "candidate-pair", timestamp }, { state: "succeeded", nominated: true }),
      );
    return Promise.resolve(new Map(entries.map((entry) => [entry.id, entry])) as RTCStatsReport);
  }

  /** Closes the connection. As in browsers, this end fires no event. */
  close(): void {
    if (this.signalingState === "closed") return;
    this.signalingState = this.connectionState = this.iceConnectionState = "closed";
    this.#agent.close();
    this.#sctp.close();
    for (const transceiver of this.#state.transceivers) transceiver.finish();
  }

  #mustBeOpen(): void {
    if (this.signalingState === "closed") throw new DOMException("The connection is closed.", "InvalidStateError");
  }
}
