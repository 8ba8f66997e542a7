import { changedConfiguration, readConfiguration, type FullConfiguration } from "./configuration.js";
import { ConnectionStates } from "./connection-states.js";
import { closedError } from "./dom-errors.js";
import { isTrack } from "./fake-media.js";
import { FakeSender } from "./fake-sender.js";
import type { TransceiverOwner } from "./transceiver-owner.js";
import { IceAgent } from "./ice-agent.js";
import { Jsep } from "./jsep.js";
import { LocalTransceivers } from "./local-transceivers.js";
import { MediaFlow } from "./media-flow.js";
import { chosenFailure, type NetworkCore } from "./network-core.js";
import { Operations } from "./operations.js";
import { Sctp } from "./sctp.js";
import { SignalingState } from "./signaling-state.js";
import { dictionary, oneOf } from "./webidl.js";
import { maxMessageSize } from "./write-sdp.js";

const types = ["offer", "answer", "pranswer", "rollback"];

/**
 * An `RTCPeerConnection` without a network. Get its class from `FakeNetwork.connectionClass`: two connections of one
 * `FakeNetwork` connect by the descriptions and candidates that they exchange. It follows JSEP (RFC 9429) and W3C
 * WebRTC for descriptions, candidates, transceivers, data channels and states, and throws where Chromium throws. The
 * README of the package lists where it is stricter, and what it does not do.
 */
export class FakePeerConnection extends ConnectionStates {
  #configuration: FullConfiguration;
  readonly #core: NetworkCore;
  readonly #agent: IceAgent;
  readonly #sctp: Sctp;
  readonly #state: SignalingState;
  readonly #operations: Operations;
  readonly #jsep: Jsep;
  readonly #local: LocalTransceivers;
  readonly #media: MediaFlow;

  /** Use the class that `FakeNetwork.connectionClass` returns instead. */
  constructor(core: NetworkCore, name: string, configuration?: RTCConfiguration | null) {
    super();
    this.#configuration = readConfiguration(configuration);
    const failure = chosenFailure(core, "constructor", name);
    if (failure !== undefined) throw failure;
    this.#core = core;
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
      mediaChanged: () => this.#media.changed(),
      chain: (run) => this.#operations.chain("replaceTrack", { begin: () => undefined, finish: run }),
      task: () => new Promise((resolve) => void core.task(resolve)),
      packets: { reported: core.packets, lastOf: (mid) => this.#media.lastPacket(mid) },
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
      flowing: () => {
        this.#sctp.changed();
        this.#media.changed();
      },
      otherClosed: () => this.#sctp.otherClosed(),
    });
    const serial = this.#agent.serial.toString(16).padStart(4, "0").toUpperCase();
    const fingerprint = `${serial.slice(0, -2)}:${serial.slice(-2)}${":5A".repeat(30)}`;
    this.#state = new SignalingState({
      fingerprint,
      transceivers: transceiverOwner,
      newUfrag: () => this.#agent.newUfrag(),
      isOwnUfrag: (ufrag) => this.#agent.isOwn(ufrag),
    });
    this.#media = new MediaFlow(core, this.#agent, () => this.#state.transceivers);
    this.#local = new LocalTransceivers(this.#state, this.#operations, transceiverOwner);
    this.#sctp = new Sctp(core, this.#agent, {
      isNegotiated: () => this.#state.hasData,
      isClient: () => this.#state.isDtlsClient === true,
      maxMessageSize: () => this.#maxMessageSize,
      announce: (channel) => this.dispatchEvent(Object.assign({ type: "datachannel" }, { channel })),
    });
    this.#jsep = new Jsep({
      core,
      connection: this,
      state: this.#state,
      operations: this.#operations,
      agent: this.#agent,
      sctp: this.#sctp,
      media: this.#media,
    });
  }

  static generateCertificate(): Promise<object> {
    return Promise.resolve({ expires: Infinity, getFingerprints: () => [] });
  }

  get localDescription(): RTCSessionDescription | null {
    return this.#jsep.local(this.#state.local);
  }

  get currentLocalDescription(): RTCSessionDescription | null {
    return this.#jsep.local(this.#state.currentLocal);
  }

  get pendingLocalDescription(): RTCSessionDescription | null {
    return this.#jsep.local(this.#state.pendingLocal);
  }

  get remoteDescription(): RTCSessionDescription | null {
    return this.#jsep.remote(this.#state.remote);
  }

  get currentRemoteDescription(): RTCSessionDescription | null {
    return this.#jsep.remote(this.#state.currentRemote);
  }

  get pendingRemoteDescription(): RTCSessionDescription | null {
    return this.#jsep.remote(this.#state.pendingRemote);
  }

  get sctp(): Pick<RTCSctpTransport, "state" | "maxMessageSize" | "maxChannels"> | null {
    return this.#state.hasData ? this.#sctp : null;
  }

  createOffer(options?: RTCOfferOptions | null): Promise<RTCSessionDescriptionInit> {
    const { iceRestart = false, ...legacy } = dictionary(options, "The options");
    return this.#operations.chain("createOffer", {
      begin: () => {
        this.#local.receive(legacy);
        return this.#jsep.create("offer", iceRestart);
      },
      finish: (offer) => offer,
    });
  }

  createAnswer(): Promise<RTCSessionDescriptionInit> {
    return this.#operations.chain("createAnswer", {
      begin: () => this.#jsep.create("answer"),
      finish: (answer) => answer,
    });
  }

  async setLocalDescription(description?: Partial<RTCSessionDescriptionInit> | null): Promise<void> {
    const given = dictionary(description, "The description");
    oneOf(given.type, types, "The type of the description");
    return this.#operations.chain("setLocalDescription", {
      begin: () => this.#jsep.readLocal(given),
      finish: (local) => this.#jsep.setLocal(local),
    });
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    if (!types.includes(dictionary(description, "The description").type))
      throw new TypeError(`The type of the description must be one of ${types.join(", ")}.`);
    return this.#operations.chain("setRemoteDescription", {
      begin: () => this.#jsep.readRemote(description),
      finish: (remote) => this.#jsep.setRemote(remote),
    });
  }

  async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
    const given = dictionary(candidate, "The candidate");
    const { candidate: line = "", sdpMid = null, sdpMLineIndex = null } = given;
    if (line !== "" && sdpMid === null && sdpMLineIndex === null)
      throw new TypeError("sdpMid and sdpMLineIndex are both null.");
    return this.#operations.chain("addIceCandidate", {
      begin: () => undefined,
      finish: () => this.#jsep.addCandidate({ ...given, candidate: line }),
    });
  }

  restartIce(): void {
    if (this.signalingState === "closed") return;
    this.#state.restartIce();
    this.#operations.update();
  }

  getConfiguration(): RTCConfiguration {
    return { ...this.#configuration };
  }

  setConfiguration(configuration?: RTCConfiguration | null): void {
    this.#mustBeOpen();
    const hasLocal = this.#state.local !== undefined;
    this.#configuration = changedConfiguration(this.#configuration, configuration, hasLocal);
  }

  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): RTCRtpSender {
    return this.#local.addTrack(track, streams);
  }

  removeTrack(sender: RTCRtpSender): void {
    const given: unknown = sender;
    if (!(given instanceof FakeSender)) throw new TypeError("removeTrack() takes a sender.");
    this.#mustBeOpen();
    this.#local.removeTrack(given);
  }

  addTransceiver(trackOrKind: MediaStreamTrack | string, init?: RTCRtpTransceiverInit | null): RTCRtpTransceiver {
    const track = isTrack(trackOrKind) ? trackOrKind : undefined;
    const kind: unknown = track?.kind ?? trackOrKind;
    if (kind !== "audio" && kind !== "video") throw new TypeError(`"${String(kind)}" is not a kind of media.`);
    this.#mustBeOpen();
    return this.#local.add(kind, track, dictionary(init, "The options")) as unknown as RTCRtpTransceiver;
  }

  getTransceivers(): RTCRtpTransceiver[] {
    return [...this.#state.transceivers] as unknown as RTCRtpTransceiver[];
  }

  getSenders(): RTCRtpSender[] {
    return this.#state.transceivers.map(({ sender }) => sender);
  }

  getReceivers(): RTCRtpReceiver[] {
    return this.#state.transceivers.map(({ receiver }) => receiver) as unknown as RTCRtpReceiver[];
  }

  createDataChannel(label: string, init?: RTCDataChannelInit | null): RTCDataChannel;
  createDataChannel(...given: [label?: string, init?: RTCDataChannelInit | null]): RTCDataChannel {
    if (given.length === 0) throw new TypeError("A data channel needs a label.");
    this.#mustBeOpen();
    const channel = this.#sctp.create(String(given[0]), given[1]);
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

  /** Closes the connection. As in browsers, it fires no event; its channels and received tracks do, a task later. */
  close(): void {
    if (this.signalingState === "closed") return;
    this.signalingState = this.connectionState = this.iceConnectionState = "closed";
    for (const transceiver of this.#state.transceivers) {
      transceiver.finish();
      transceiver.mid = null;
    }
    this.#agent.close();
    this.#sctp.close();
  }

  get #maxMessageSize(): number {
    const given = this.#state.currentRemote?.maxMessageSize ?? 65_536;
    return given === 0 ? maxMessageSize : Math.min(given, maxMessageSize);
  }

  #mustBeOpen(): void {
    if (this.signalingState === "closed") throw closedError();
  }
}
