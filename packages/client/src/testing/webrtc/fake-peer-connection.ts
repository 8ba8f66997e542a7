import { ConnectionStates } from "./connection-states.js";
import { FakeTransceiver, type FakeSender, type TransceiverHost, type TransceiverInit } from "./fake-transceiver.js";
import { IceAgent } from "./ice-agent.js";
import { Jsep } from "./jsep.js";
import { chosenFailure, type NetworkCore } from "./network-core.js";
import { Operations } from "./operations.js";
import { Sctp } from "./sctp.js";
import type { Direction } from "./sdp.js";
import { Session } from "./signaling-state.js";

/**
 * An `RTCPeerConnection` that sends nothing. It obeys JSEP (RFC 9429) and W3C WebRTC as far as descriptions, candidates,
 * transceivers, data channels and states go, and throws where a browser would. Two of one `FakeNetwork` find each other
 * by the descriptions that they are given; get its class from there. It has no provisional answers, no statistics of
 * media, and does not use m-lines of stopped transceivers again. Where browsers differ it is as strict as the strictest:
 * it takes no candidate of an unknown generation, no other fingerprint than the first, and no local SDP that was changed.
 */
export class FakePeerConnection extends ConnectionStates {
  #configuration: RTCConfiguration;
  readonly #core: NetworkCore;
  readonly #agent: IceAgent;
  readonly #sctp: Sctp;
  readonly #session: Session;
  readonly #operations: Operations;
  readonly #jsep: Jsep;
  readonly #host: TransceiverHost;

  /** Made by the class that `FakeNetwork.connectionClass` gives. */
  constructor(core: NetworkCore, host: string, configuration: RTCConfiguration = {}) {
    super();
    const failure = chosenFailure(core, "constructor", host);
    if (failure !== undefined) throw failure;
    this.#core = core;
    this.#configuration = configuration;
    const isClosed = (): boolean => this.signalingState === "closed";
    const isStable = (): boolean => this.signalingState === "stable";
    const needsNegotiation = (): boolean => this.#session.needsNegotiation;
    const getConfiguration = (): RTCConfiguration => this.#configuration;
    this.#operations = new Operations(core, {
      host,
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
    this.#host = {
      get closed() {
        return isClosed();
      },
      negotiationMayBeNeeded: () => this.#operations.update(),
      chain: (run) => this.#operations.chain("replaceTrack", run),
      packets: { told: core.packets, now: () => (this.#agent.flows ? core.clock.now() : undefined) },
    };
    this.#agent = new IceAgent(host, core, {
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
    this.#session = new Session({ fingerprint, transceivers: this.#host, newUfrag: () => this.#agent.newUfrag() });
    this.#sctp = new Sctp(core, this.#agent, {
      isNegotiated: () => this.#session.hasData,
      announce: (channel) => this.dispatchEvent(Object.assign({ type: "datachannel" }, { channel })),
    });
    this.#jsep = new Jsep({
      core,
      connection: this,
      session: this.#session,
      operations: this.#operations,
      agent: this.#agent,
      sctp: this.#sctp,
    });
  }

  static generateCertificate(): Promise<object> {
    return Promise.resolve({ expires: Infinity, getFingerprints: () => [] });
  }

  get localDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#session.local);
  }

  get currentLocalDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#session.currentLocal);
  }

  get pendingLocalDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#session.pendingLocal);
  }

  get remoteDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#session.remote);
  }

  get currentRemoteDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#session.currentRemote);
  }

  get pendingRemoteDescription(): RTCSessionDescription | null {
    return this.#jsep.shown(this.#session.pendingRemote);
  }

  get sctp(): { readonly state: string; readonly maxMessageSize: number } | null {
    return this.#session.hasData
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
    this.#session.restartIce();
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
    const { transceivers } = this.#session;
    if (transceivers.some(({ sender }) => sender.track === track))
      throw new DOMException("A sender for this track exists.", "InvalidAccessError");
    const ids = [...new Set(streams.map(({ id }) => id))];
    const free = transceivers.find(
      ({ kind, sender, hasSent, stopping }) => kind === track.kind && sender.track === null && !hasSent && !stopping,
    );
    const transceiver =
      free ?? this.#newTransceiver(track.kind, { direction: "sendrecv", track, streams: ids, byAddTrack: true });
    if (free !== undefined) {
      Object.assign(free, { byAddTrack: true });
      Object.assign(free.sender, { track, streams: ids });
      free.setSending(true);
    }
    this.#operations.update();
    return transceiver.sender as unknown as RTCRtpSender;
  }

  removeTrack(sender: RTCRtpSender): void {
    this.#mustBeOpen();
    const transceiver = this.#session.transceivers.find((one) => one.sender === (sender as unknown));
    if (!(sender as unknown as FakeSender).isOf(this.#host))
      throw new DOMException("The sender is of another connection.", "InvalidAccessError");
    if (transceiver?.sender.track == null || transceiver.stopping) return;
    transceiver.sender.track = null;
    transceiver.setSending(false);
    this.#operations.update();
  }

  addTransceiver(trackOrKind: MediaStreamTrack | string, init: RTCRtpTransceiverInit = {}): RTCRtpTransceiver {
    const kind = typeof trackOrKind === "string" ? trackOrKind : trackOrKind.kind;
    if (kind !== "audio" && kind !== "video") throw new TypeError(`"${kind}" is no kind of media.`);
    this.#mustBeOpen();
    const streams = (init.streams ?? []).map(({ id }) => id);
    const direction = (init.direction ?? "sendrecv") as Direction;
    const transceiver = this.#newTransceiver(kind, {
      direction,
      streams,
      ...(typeof trackOrKind !== "string" && { track: trackOrKind }),
    });
    this.#operations.update();
    return transceiver as unknown as RTCRtpTransceiver;
  }

  getTransceivers(): RTCRtpTransceiver[] {
    return [...this.#session.transceivers] as unknown as RTCRtpTransceiver[];
  }

  getSenders(): RTCRtpSender[] {
    return this.#session.transceivers.map(({ sender }) => sender) as unknown as RTCRtpSender[];
  }

  getReceivers(): RTCRtpReceiver[] {
    return this.#session.transceivers.map(({ receiver }) => receiver) as unknown as RTCRtpReceiver[];
  }

  createDataChannel(label: string, init: RTCDataChannelInit = {}): RTCDataChannel {
    this.#mustBeOpen();
    const channel = this.#sctp.create(label, init);
    if (!this.#session.usesData) {
      this.#session.usesData = true;
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

  /** Closes it; as in browsers no event tells of it at this end. */
  close(): void {
    if (this.signalingState === "closed") return;
    this.signalingState = this.connectionState = this.iceConnectionState = "closed";
    this.#agent.close();
    this.#sctp.close();
    for (const transceiver of this.#session.transceivers) transceiver.finish();
  }

  #newTransceiver(kind: string, init: TransceiverInit): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind as "audio" | "video", init, this.#host);
    this.#session.transceivers.push(transceiver);
    return transceiver;
  }

  #mustBeOpen(): void {
    if (this.signalingState === "closed") throw new DOMException("The connection is closed.", "InvalidStateError");
  }
}
