import {
  RTCPeerConnection as WeriftConnection,
  usePCMU,
  useVP8,
  type RTCLocalSessionDescriptionInit,
  type RTCRtpSender,
  type RTCRtpTransceiver,
  type SessionDescription,
} from "werift";
import { needsNegotiation } from "./needs-negotiation.js";

/**
 * werift's `RTCPeerConnection`, adapted to W3C webrtc where it differs:
 * - `negotiationneeded` fires only when negotiation is needed, and never while a description is being set (section
 *   4.7.3).
 *   werift fires it after every offer that it applies, and not when the direction of a transceiver changes.
 * - `removeTrack` leaves a sender that can be reused.
 * - A track can be sent to several peers: each sender writes its sequence numbers into its own copy of a packet.
 * - `addIceCandidate` does not wait for multicast DNS.
 * - An offer that is applied while ICE is checking does not start ICE again. In werift that never ends.
 * - The DTLS role decides which end opens the SCTP association and which channels have even ids (RFC 8832 section 6).
 *   werift uses the ICE role, which changes with each offer: both ends may then wait for each other.
 *
 * It sends and receives VP8 and PCMU. See `weriftCapabilities` for what it cannot do.
 */
export class NodePeerConnection extends WeriftConnection {
  #hasChannels = false;
  /** The event is scheduled, or fired since the last stable state. */
  #isAnnounced = false;
  /** The number of descriptions that are being set. */
  #pendingDescriptions = 0;

  constructor({ iceServers = [], iceTransportPolicy }: RTCConfiguration = {}) {
    super({
      // An empty list, not undefined: for undefined werift uses a public STUN server.
      iceServers: iceServers.map(({ urls, username, credential }) => ({ urls, username, credential })),
      iceTransportPolicy,
      bundlePolicy: "max-bundle",
      codecs: { audio: [usePCMU()], video: [useVP8()] },
    });
    this.onTransceiverAdded.subscribe((transceiver) => this.#adapt(transceiver));
    this.#connectOneAtATime();
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "negotiationneeded") {
      this.#check();
      return true;
    }
    return super.emit(event, ...args);
  }

  override createDataChannel(
    ...args: Parameters<WeriftConnection["createDataChannel"]>
  ): ReturnType<WeriftConnection["createDataChannel"]> {
    this.#hasChannels = true;
    return this.#afterChange(super.createDataChannel(...args));
  }

  override addTransceiver(...args: Parameters<WeriftConnection["addTransceiver"]>): RTCRtpTransceiver {
    return this.#afterChange(super.addTransceiver(...args));
  }

  override addTrack(...args: Parameters<WeriftConnection["addTrack"]>): RTCRtpSender {
    return this.#afterChange(super.addTrack(...args));
  }

  /** werift's own method stops the sender for good. */
  override removeTrack(sender: RTCRtpSender): void {
    const transceiver = this.getTransceivers().find((candidate) => candidate.sender === sender);
    if (transceiver === undefined) return;
    void sender.replaceTrack(null);
    if (transceiver.direction === "sendrecv") transceiver.direction = "recvonly";
    else if (transceiver.direction === "sendonly") transceiver.direction = "inactive";
  }

  override setLocalDescription(description: { type: "rollback" }): Promise<void>;
  override setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<SessionDescription>;
  override setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<SessionDescription | void> {
    return this.#setDescription(super.setLocalDescription(description));
  }

  override setRemoteDescription(...args: Parameters<WeriftConnection["setRemoteDescription"]>): Promise<void> {
    return this.#setDescription(super.setRemoteDescription(...args));
  }

  /** The lookup of a `.local` name can take seconds and fail: nothing waits for it. */
  override async addIceCandidate(...args: Parameters<WeriftConnection["addIceCandidate"]>): Promise<void> {
    const added = super.addIceCandidate(...args);
    if (/ \S+\.local /.test(args[0]?.candidate ?? "")) added.catch(() => undefined);
    else await added;
  }

  override restartIce(): void {
    super.restartIce();
    this.#check();
  }

  /** werift starts the transports after each answer. A new start waits until the last one has ended. */
  #connectOneAtATime(): void {
    const werift = this as unknown as { connect: () => Promise<void> };
    const connect = werift.connect.bind(this);
    const start = (): Promise<void> => {
      const { sctpTransport } = this;
      // In werift the SCTP "server" is the end that waits, and whose channels have even ids.
      if (sctpTransport !== undefined)
        Object.defineProperty(sctpTransport, "isServer", {
          configurable: true,
          get: () => sctpTransport.dtlsTransport.role === "client",
        });
      return connect();
    };
    let last = Promise.resolve();
    werift.connect = () => (last = last.then(start, start));
  }

  #adapt(transceiver: RTCRtpTransceiver): void {
    const setDirection = transceiver.setDirection.bind(transceiver);
    transceiver.setDirection = (direction) => {
      setDirection(direction);
      this.#check();
    };
    const { sender } = transceiver;
    const sendRtp = sender.sendRtp.bind(sender);
    sender.sendRtp = (packet) => sendRtp("clone" in packet ? packet.clone() : packet);
  }

  #afterChange<Result>(result: Result): Result {
    this.#check();
    return result;
  }

  async #setDescription<Result>(operation: Promise<Result>): Promise<Result> {
    this.#pendingDescriptions += 1;
    try {
      return await operation;
    } finally {
      this.#pendingDescriptions -= 1;
      if (this.signalingState === "stable") this.#isAnnounced = false;
      this.#check();
    }
  }

  /** Schedules the event. It fires once, and only if negotiation is still needed then. */
  #check(): void {
    if (this.#isAnnounced || !this.#isNeeded) return;
    this.#isAnnounced = true;
    setImmediate(() => {
      this.#isAnnounced &&= this.#isNeeded;
      if (this.#isAnnounced) super.emit("negotiationneeded");
    });
  }

  get #isNeeded(): boolean {
    return (
      this.#pendingDescriptions === 0 &&
      this.signalingState === "stable" &&
      (this.needRestart || needsNegotiation(this, this.#hasChannels))
    );
  }
}

/**
 * For the option `capabilities` of `PeerManager`. After a rollback werift keeps the mids of the offer, which the next
 * offer of the other side may use differently; and after an ICE restart it does not look for a new path.
 */
export const weriftCapabilities = { rollback: false, restart: false } as const;

/** For the option `RTCPeerConnection` of `PeerManager`, which has the browser's type. */
export const NodeRTCPeerConnection = NodePeerConnection as unknown as typeof RTCPeerConnection;
