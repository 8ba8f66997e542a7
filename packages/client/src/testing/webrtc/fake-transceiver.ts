import { FakeMediaStreamTrack, type FakeMediaStream } from "./fake-media.js";
import { directionOf, receives, sends, type Direction } from "./sdp.js";

/** What a transceiver and its sender need of their connection. */
export interface TransceiverOwner {
  readonly closed: boolean;
  negotiationMayBeNeeded(): void;
  /** Runs a function in the operations chain of the connection. */
  chain(run: () => void): Promise<void>;
  /** Whether receivers report packets; `now` is the time of the last packet if packets arrive. */
  readonly packets: { readonly reported: boolean; now(): number | undefined };
}

/** An `RTCRtpSender`. */
export class FakeSender {
  track: MediaStreamTrack | null;
  /** W3C [[AssociatedMediaStreamIds]]. */
  streams: readonly string[];
  readonly dtmf = null;
  readonly transport = null;
  readonly transform = null;
  readonly #kind: "audio" | "video";
  readonly #owner: TransceiverOwner;
  readonly #stopped: () => boolean;

  constructor(
    kind: "audio" | "video",
    track: MediaStreamTrack | null,
    streams: readonly string[],
    owner: TransceiverOwner,
    stopped: () => boolean,
  ) {
    this.#kind = kind;
    this.track = track;
    this.streams = streams;
    this.#owner = owner;
    this.#stopped = stopped;
  }

  isOf(owner: TransceiverOwner): boolean {
    return owner === this.#owner;
  }

  replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    if (track !== null && track.kind !== this.#kind)
      return Promise.reject(new TypeError("The kind of the track differs from the kind of the sender."));
    return this.#owner.chain(() => {
      if (this.#stopped()) throw new DOMException("The sender's transceiver is stopped.", "InvalidStateError");
      this.track = track;
    });
  }

  setStreams(...streams: MediaStream[]): void {
    if (this.#owner.closed) throw new DOMException("The connection is closed.", "InvalidStateError");
    this.streams = [...new Set(streams.map(({ id }) => id))];
    this.#owner.negotiationMayBeNeeded();
  }

  getParameters(): object {
    return { transactionId: "", encodings: [{ active: true }], codecs: [], headerExtensions: [], rtcp: {} };
  }

  async setParameters(): Promise<void> {
    await Promise.resolve();
  }

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as RTCStatsReport);
  }
}

/** An `RTCRtpReceiver`. */
export class FakeReceiver {
  readonly track: FakeMediaStreamTrack;
  readonly transport = null;
  readonly transform = null;
  jitterBufferTarget: number | null = null;
  /** W3C [[AssociatedRemoteMediaStreams]]. */
  streams: FakeMediaStream[] = [];
  /** Absent if receivers report no packets. */
  readonly getSynchronizationSources?: () => { readonly source: number; readonly timestamp: number }[];
  #lastPacket: number | undefined;

  constructor(kind: "audio" | "video", packets: TransceiverOwner["packets"], isReceiving: () => boolean) {
    this.track = new FakeMediaStreamTrack(kind, { muted: true });
    if (!packets.reported) return;
    this.getSynchronizationSources = () => {
      if (isReceiving()) this.#lastPacket = packets.now() ?? this.#lastPacket;
      return this.#lastPacket === undefined ? [] : [{ source: 1, timestamp: this.#lastPacket }];
    };
  }

  getContributingSources(): [] {
    return [];
  }

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as RTCStatsReport);
  }
}

export interface TransceiverInit {
  readonly direction: Direction;
  readonly track?: MediaStreamTrack;
  readonly streams?: readonly string[];
  /** `addTrack` created or reused it: it may be associated with an m-line of the other end. */
  readonly byAddTrack?: boolean;
}

/** An `RTCRtpTransceiver` (RFC 9429 section 3.4.1). Members that W3C does not define belong to the fake. */
export class FakeTransceiver {
  readonly kind: "audio" | "video";
  readonly sender: FakeSender;
  readonly receiver: FakeReceiver;
  mid: string | null = null;
  currentDirection: RTCRtpTransceiverDirection | null = null;
  /** The index of its m-line. */
  line: number | undefined;
  /** Its mid in an offer that is not set yet. */
  offeredMid: string | undefined;
  /** W3C [[FiredDirection]]. */
  firedDirection: Direction | null = null;
  /** `addTrack` does not reuse a sender that has sent. */
  hasSent = false;
  byAddTrack: boolean;
  /** A remote offer created it, so a rollback of the offer removes it. */
  byRemote = false;
  stopping = false;
  #direction: Direction;
  readonly #owner: TransceiverOwner;

  constructor(
    kind: "audio" | "video",
    { direction, track, streams = [], byAddTrack = false }: TransceiverInit,
    owner: TransceiverOwner,
  ) {
    this.kind = kind;
    this.#direction = direction;
    this.byAddTrack = byAddTrack;
    this.#owner = owner;
    this.sender = new FakeSender(kind, track ?? null, streams, owner, () => this.stopping);
    this.receiver = new FakeReceiver(kind, owner.packets, () => receives(this.currentDirection));
  }

  get stopped(): boolean {
    return this.currentDirection === "stopped";
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.stopping ? "stopped" : this.#direction;
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    if (this.stopping || this.#owner.closed) throw new DOMException("The transceiver is stopped.", "InvalidStateError");
    if (direction === "stopped") throw new TypeError("Use stop() to stop a transceiver.");
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.#owner.negotiationMayBeNeeded();
  }

  get wanted(): Direction {
    return this.stopping ? "inactive" : this.#direction;
  }

  /** Changes the direction for `addTrack` and `removeTrack`, which check for negotiation themselves. */
  setSending(sending: boolean): void {
    this.#direction = directionOf(sending, receives(this.#direction));
  }

  get sending(): boolean {
    return sends(this.#direction);
  }

  setCodecPreferences(): void {
    if (this.stopping) throw new DOMException("The transceiver is stopped.", "InvalidStateError");
  }

  stop(): void {
    if (this.#owner.closed) throw new DOMException("The connection is closed.", "InvalidStateError");
    if (this.stopping) return;
    this.stopping = true;
    this.receiver.track.end();
    this.#owner.negotiationMayBeNeeded();
  }

  /** Stops the transceiver finally, after an exchange or by the other end. */
  finish(): void {
    this.stopping = true;
    this.receiver.track.end();
    this.currentDirection = "stopped";
    this.mid = null;
  }
}
