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
 * werift's connection, as W3C webrtc has it where werift differs:
 * - `negotiationneeded` fires when there is something to negotiate, only then, and not while a description is being set
 *   (section 4.7.3). werift fires it after every offer that it takes, and not at all when a transceiver's direction changes;
 * - `removeTrack` leaves a sender that can be used again;
 * - a track may go to several peers: each sender writes its numbers into a packet of its own;
 * - `addIceCandidate` does not wait for the multicast DNS;
 * - an offer that is taken while the first path is still being looked for does not have ICE begin again, which has no end in werift;
 * - which end opens the SCTP association, and whose channels have even numbers, follows the DTLS role (RFC 8832 section 6), which
 *   both ends agree on for good. werift follows the ICE role, which it sets anew with each offer: both may wait for the other.
 *
 * It sends and receives VP8 and PCMU. What it can do less than a browser is in `abilities`.
 */
export class NodePeerConnection extends WeriftConnection {
  #hasChannels = false;
  #needed = false;
  /** Descriptions that are being set. */
  #operations = 0;

  constructor({ iceServers = [], iceTransportPolicy }: RTCConfiguration = {}) {
    super({
      // Where it is given none, werift asks a public server.
      iceServers: iceServers.map(({ urls, username, credential }) => ({ urls, username, credential })),
      iceTransportPolicy,
      bundlePolicy: "max-bundle",
      codecs: { audio: [usePCMU()], video: [useVP8()] },
    });
    this.onTransceiverAdded.subscribe((transceiver) => this.#adapt(transceiver));
    this.#connectInTurn();
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
    return this.#changed(super.createDataChannel(...args));
  }

  override addTransceiver(...args: Parameters<WeriftConnection["addTransceiver"]>): RTCRtpTransceiver {
    return this.#changed(super.addTransceiver(...args));
  }

  override addTrack(...args: Parameters<WeriftConnection["addTrack"]>): RTCRtpSender {
    return this.#changed(super.addTrack(...args));
  }

  /** werift's own stops the sender for good. */
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
    return this.#operate(super.setLocalDescription(description));
  }

  override setRemoteDescription(...args: Parameters<WeriftConnection["setRemoteDescription"]>): Promise<void> {
    return this.#operate(super.setRemoteDescription(...args));
  }

  /** A name that hides an address (`.local`) takes seconds to be looked up in vain: nothing waits for it. */
  override async addIceCandidate(...args: Parameters<WeriftConnection["addIceCandidate"]>): Promise<void> {
    const added = super.addIceCandidate(...args);
    if (/ \S+\.local /.test(args[0]?.candidate ?? "")) added.catch(() => undefined);
    else await added;
  }

  override restartIce(): void {
    super.restartIce();
    this.#check();
  }

  /** werift starts the transports after each answer: the next time only when the last has come to its end. */
  #connectInTurn(): void {
    const werift = this as unknown as { connect: () => Promise<void> };
    const connect = werift.connect.bind(this);
    const start = (): Promise<void> => {
      const { sctpTransport } = this;
      // In werift the "server" of SCTP is the end that waits, and whose channels have even numbers.
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

  #changed<Result>(result: Result): Result {
    this.#check();
    return result;
  }

  /** What is needed is asked anew when it is done. */
  async #operate<Result>(operation: Promise<Result>): Promise<Result> {
    this.#operations += 1;
    try {
      return await operation;
    } finally {
      this.#operations -= 1;
      if (this.signalingState === "stable") this.#needed = false;
      this.#check();
    }
  }

  /** Tells of it once, later, and only if it still holds then. */
  #check(): void {
    if (this.#needed || !this.#isNeeded) return;
    this.#needed = true;
    setImmediate(() => {
      this.#needed &&= this.#isNeeded;
      if (this.#needed) super.emit("negotiationneeded");
    });
  }

  get #isNeeded(): boolean {
    return (
      this.#operations === 0 &&
      this.signalingState === "stable" &&
      (this.needRestart || needsNegotiation(this, this.#hasChannels))
    );
  }
}

/**
 * For the option `capabilities` of `PeerManager`. An offer that is taken back leaves its mids behind in werift, which the
 * next offer of the other side may use for something else; and ICE that is restarted looks for no new path.
 */
export const abilities = { rollback: false, restart: false } as const;

/** For the option `RTCPeerConnection` of `PeerManager`, whose type is that of browsers. */
export const NodeRTCPeerConnection = NodePeerConnection as unknown as typeof RTCPeerConnection;
