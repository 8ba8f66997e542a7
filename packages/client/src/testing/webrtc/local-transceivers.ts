import { FakeTransceiver, type FakeSender, type TransceiverOwner, type TransceiverInit } from "./fake-transceiver.js";
import type { Operations } from "./operations.js";
import type { Direction } from "./sdp.js";
import type { SignalingState } from "./signaling-state.js";

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
    const { transceivers } = this.#state;
    if (transceivers.some(({ sender }) => sender.track === track))
      throw new DOMException("A sender for this track exists.", "InvalidAccessError");
    const ids = [...new Set(streams.map(({ id }) => id))];
    const free = transceivers.find(
      ({ kind, sender, hasSent, stopping }) => kind === track.kind && sender.track === null && !hasSent && !stopping,
    );
    const transceiver =
      free ?? this.#create(track.kind, { direction: "sendrecv", track, streams: ids, byAddTrack: true });
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

  add(kind: string, track: MediaStreamTrack | undefined, init: RTCRtpTransceiverInit): FakeTransceiver {
    const streams = (init.streams ?? []).map(({ id }) => id);
    const direction = (init.direction ?? "sendrecv") as Direction;
    const transceiver = this.#create(kind, { direction, streams, ...(track !== undefined && { track }) });
    this.#operations.update();
    return transceiver;
  }

  #create(kind: string, init: TransceiverInit): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind as "audio" | "video", init, this.#owner);
    this.#state.transceivers.push(transceiver);
    return transceiver;
  }
}
