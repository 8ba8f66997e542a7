import { FakeMediaStreamTrack, type FakeMediaStream } from "./fake-media.js";
import { directionOf, receives, sends, type Direction } from "./sdp.js";

/** What a transceiver and its sender need of their connection. */
export interface TransceiverHost {
  readonly closed: boolean;
  negotiationMayBeNeeded(): void;
  /** Runs it in the connection's operations chain. */
  chain(run: () => void): Promise<void>;
  /** Whether receivers tell of packets, and when one arrived if any does now. */
  readonly packets: { readonly told: boolean; now(): number | undefined };
}

export class FakeSender {
  track: MediaStreamTrack | null;
  /** W3C [[AssociatedMediaStreamIds]]. */
  streams: readonly string[];
  readonly dtmf = null;
  readonly transport = null;
  readonly transform = null;
  readonly #kind: "audio" | "video";
  readonly #host: TransceiverHost;
  readonly #stopped: () => boolean;

  constructor(
    kind: "audio" | "video",
    track: MediaStreamTrack | null,
    streams: readonly string[],
    host: TransceiverHost,
    stopped: () => boolean,
  ) {
    this.#kind = kind;
    this.track = track;
    this.streams = streams;
    this.#host = host;
    this.#stopped = stopped;
  }

  isOf(host: TransceiverHost): boolean {
    return host === this.#host;
  }

  replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    if (track !== null && track.kind !== this.#kind)
      return Promise.reject(new TypeError("The track is of another kind."));
    return this.#host.chain(() => {
      if (this.#stopped()) throw new DOMException("The sender's transceiver is stopped.", "InvalidStateError");
      this.track = track;
    });
  }

  setStreams(...streams: MediaStream[]): void {
    if (this.#host.closed) throw new DOMException("The connection is closed.", "InvalidStateError");
    this.streams = [...new Set(streams.map(({ id }) => id))];
    this.#host.negotiationMayBeNeeded();
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

export class FakeReceiver {
  readonly track: FakeMediaStreamTrack;
  readonly transport = null;
  readonly transform = null;
  jitterBufferTarget: number | null = null;
  /** W3C [[AssociatedRemoteMediaStreams]]. */
  streams: FakeMediaStream[] = [];
  /** Absent where receivers tell of no packets. */
  readonly getSynchronizationSources?: () => { readonly source: number; readonly timestamp: number }[];
  #lastPacket: number | undefined;

  constructor(kind: "audio" | "video", packets: TransceiverHost["packets"], isReceiving: () => boolean) {
    this.track = new FakeMediaStreamTrack(kind, { muted: true });
    if (!packets.told) return;
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
  /** `addTrack` made it, or took it: it may be joined with an m-line of the other end. */
  readonly byAddTrack?: boolean;
}

/** A sender and a receiver that share an m-line (RFC 9429 section 3.4.1). Members that W3C does not name are this fake's own. */
export class FakeTransceiver {
  readonly kind: "audio" | "video";
  readonly sender: FakeSender;
  readonly receiver: FakeReceiver;
  mid: string | null = null;
  currentDirection: RTCRtpTransceiverDirection | null = null;
  /** The place of its m-line. */
  line: number | undefined;
  /** The mid that an offer gave it which is not set yet. */
  offeredMid: string | undefined;
  /** W3C [[FiredDirection]]. */
  firedDirection: Direction | null = null;
  /** A sender that has sent is not used by `addTrack` for another track. */
  hasSent = false;
  byAddTrack: boolean;
  /** A remote offer made it, so that it goes with that offer. */
  byRemote = false;
  stopping = false;
  #direction: Direction;
  readonly #host: TransceiverHost;

  constructor(
    kind: "audio" | "video",
    { direction, track, streams = [], byAddTrack = false }: TransceiverInit,
    host: TransceiverHost,
  ) {
    this.kind = kind;
    this.#direction = direction;
    this.byAddTrack = byAddTrack;
    this.#host = host;
    this.sender = new FakeSender(kind, track ?? null, streams, host, () => this.stopping);
    this.receiver = new FakeReceiver(kind, host.packets, () => receives(this.currentDirection));
  }

  get stopped(): boolean {
    return this.currentDirection === "stopped";
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.stopping ? "stopped" : this.#direction;
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    if (this.stopping || this.#host.closed) throw new DOMException("The transceiver is stopped.", "InvalidStateError");
    if (direction === "stopped") throw new TypeError("A transceiver is stopped by stop().");
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.#host.negotiationMayBeNeeded();
  }

  get wanted(): Direction {
    return this.stopping ? "inactive" : this.#direction;
  }

  /** The directions that `addTrack` and `removeTrack` bring about: they tell of it themselves. */
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
    if (this.#host.closed) throw new DOMException("The connection is closed.", "InvalidStateError");
    if (this.stopping) return;
    this.stopping = true;
    this.receiver.track.end();
    this.#host.negotiationMayBeNeeded();
  }

  /** The other end, or an exchange, has stopped it for good. */
  finish(): void {
    this.stopping = true;
    this.receiver.track.end();
    this.currentDirection = "stopped";
    this.mid = null;
  }
}
