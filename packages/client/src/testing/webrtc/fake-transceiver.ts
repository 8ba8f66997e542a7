import { closedError } from "./dom-errors.js";
import { FakeReceiver } from "./fake-receiver.js";
import { FakeSender } from "./fake-sender.js";
import { directionOf, receives, sends, type Direction } from "./sdp.js";
import type { TransceiverOwner } from "./transceiver-owner.js";

export interface TransceiverInit {
  readonly direction: Direction;
  readonly track?: MediaStreamTrack;
  readonly streams?: readonly string[];
  readonly encodings?: readonly RTCRtpEncodingParameters[];
  /** `addTrack` created or reused it: it may be associated with an m-line of the other end. */
  readonly byAddTrack?: boolean;
}

const directions = ["sendrecv", "sendonly", "recvonly", "inactive", "stopped"];

/** An `RTCRtpTransceiver` (RFC 9429 section 3.4.1). Members that W3C does not define belong to the fake. */
export class FakeTransceiver {
  readonly kind: "audio" | "video";
  readonly sender: FakeSender;
  readonly receiver: FakeReceiver;
  mid: string | null = null;
  currentDirection: RTCRtpTransceiverDirection | null = null;
  /** The index of its m-line. */
  line: number | undefined;
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
    { direction, track, streams = [], encodings, byAddTrack = false }: TransceiverInit,
    owner: TransceiverOwner,
  ) {
    this.kind = kind;
    this.#direction = direction;
    this.byAddTrack = byAddTrack;
    this.#owner = owner;
    this.sender = new FakeSender(kind, track ?? null, streams, owner, () => this.stopping);
    if (encodings !== undefined) this.sender.encodings = encodings;
    this.receiver = new FakeReceiver(kind, owner.packets, () => this.mid);
  }

  get stopped(): boolean {
    return this.currentDirection === "stopped";
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.stopping ? "stopped" : this.#direction;
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    // As with every attribute of an enumeration, another string changes nothing.
    if (!directions.includes(direction)) return;
    if (this.stopping || this.#owner.closed) throw new DOMException("The transceiver is stopped.", "InvalidStateError");
    if (direction === "stopped") throw new TypeError("Use stop() to stop a transceiver.");
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.#owner.negotiationMayBeNeeded();
  }

  get wanted(): Direction {
    return this.stopping ? "inactive" : this.#direction;
  }

  /** Whether packets leave. */
  get isSending(): boolean {
    return sends(this.currentDirection) && this.sender.hasMedia;
  }

  /** Changes the direction for `addTrack` and `removeTrack`, which check for negotiation themselves. */
  setSending(sending: boolean): void {
    this.#direction = directionOf(sending, receives(this.#direction));
  }

  /** Changes the direction for `createOffer` with `offerToReceiveAudio: false`. */
  receiveNothing(): void {
    this.#direction = directionOf(sends(this.#direction), false);
  }

  setCodecPreferences(): void {
    // Fake connections have no codecs.
  }

  stop(): void {
    if (this.#owner.closed) throw closedError();
    if (this.stopping) return;
    this.#beginStop();
    this.#owner.negotiationMayBeNeeded();
  }

  /** Stops it for good: both ends agree, or its connection is closed. */
  finish(): void {
    if (!this.stopping) this.#beginStop();
    this.currentDirection = "stopped";
  }

  /** Its track ends a task later. */
  #beginStop(): void {
    this.stopping = true;
    void this.#owner.task().then(() => {
      this.receiver.track.end();
    });
  }
}
