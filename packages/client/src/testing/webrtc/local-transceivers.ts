import { closedError } from "./dom-errors.js";
import { readSendEncodings } from "./encodings.js";
import { isStream, isTrack } from "./fake-media.js";
import type { FakeSender } from "./fake-sender.js";
import { FakeTransceiver, type TransceiverInit } from "./fake-transceiver.js";
import type { TransceiverOwner } from "./transceiver-owner.js";
import type { Operations } from "./operations.js";
import { receives, type Direction } from "./sdp.js";
import type { SignalingState } from "./signaling-state.js";
import { oneOf } from "./webidl.js";

type Kind = "audio" | "video";

/** The methods of a connection that add and remove local media (W3C WebRTC section 5.1). */
export class LocalTransceivers {
  readonly #state: SignalingState;
  readonly #operations: Operations;
  readonly #owner: TransceiverOwner;

  constructor(state: SignalingState, operations: Operations, owner: TransceiverOwner) {
    this.#state = state;
    this.#operations = operations;
    this.#owner = owner;
  }

  addTrack(track: MediaStreamTrack, streams: readonly MediaStream[]): FakeSender {
    if (!isTrack(track) || !streams.every(isStream)) throw new TypeError("addTrack() takes a track and streams.");
    if (this.#owner.closed) throw closedError();
    const { transceivers } = this.#state;
    if (transceivers.some(({ sender }) => sender.track === track))
      throw new DOMException("A sender for this track exists.", "InvalidAccessError");
    const ids = [...new Set(streams.map(({ id }) => id))];
    const free = transceivers.find(
      ({ kind, sender, hasSent, stopping }) => kind === track.kind && sender.track === null && !hasSent && !stopping,
    );
    const transceiver =
      free ?? this.#create(track.kind as Kind, { direction: "sendrecv", track, streams: ids, byAddTrack: true });
    if (free !== undefined) {
      Object.assign(free, { byAddTrack: true });
      Object.assign(free.sender, { track, streams: ids });
      free.setSending(true);
    }
    this.#operations.update();
    return transceiver.sender;
  }

  removeTrack(sender: FakeSender): void {
    const transceiver = this.#state.transceivers.find((one) => one.sender === sender);
    if (!sender.isOf(this.#owner))
      throw new DOMException("The sender belongs to another connection.", "InvalidAccessError");
    if (transceiver?.sender.track == null || transceiver.stopping) return;
    transceiver.sender.track = null;
    transceiver.setSending(false);
    this.#operations.update();
  }

  add(kind: Kind, track: MediaStreamTrack | undefined, init: RTCRtpTransceiverInit): FakeTransceiver {
    const { direction = "sendrecv", streams = [], sendEncodings = [] } = init;
    oneOf(direction, ["sendrecv", "sendonly", "recvonly", "inactive"], "The direction");
    if (![...streams].every(isStream)) throw new TypeError("streams must be an array of streams.");
    const transceiver = this.#create(kind, {
      direction: direction as Direction,
      streams: [...streams].map(({ id }) => id),
      encodings: readSendEncodings([...sendEncodings], kind),
      ...(track !== undefined && { track }),
    });
    this.#operations.update();
    return transceiver;
  }

  /** The legacy options of `createOffer` (W3C section 4.4.3.2). */
  receive({ offerToReceiveAudio, offerToReceiveVideo }: RTCOfferOptions): void {
    const wishes = { audio: offerToReceiveAudio, video: offerToReceiveVideo };
    for (const [kind, isWanted] of Object.entries(wishes) as [Kind, boolean | undefined][]) {
      if (isWanted === undefined) continue;
      const present = this.#state.transceivers.filter((one) => one.kind === kind && !one.stopping);
      const receiving = present.filter(({ wanted }) => receives(wanted));
      if (!isWanted) for (const transceiver of receiving) transceiver.receiveNothing();
      else if (receiving.length === 0) this.#create(kind, { direction: "recvonly" });
    }
  }

  #create(kind: Kind, init: TransceiverInit): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, init, this.#owner);
    this.#state.transceivers.push(transceiver);
    return transceiver;
  }
}
