import { FakeMediaStream } from "./fake-media.js";
import type { FakeReceiver, FakeTransceiver } from "./fake-transceiver.js";
import { receives, reversed, type Description } from "./sdp.js";

/** The streams of the other end, with their tracks. */
export class RemoteStreams {
  readonly #streams = new Map<string, FakeMediaStream>();

  /** Moves the receiver's track into exactly these streams. */
  put({ track, streams: before }: FakeReceiver, ids: readonly string[]): FakeMediaStream[] {
    const now = ids.map((id) => this.#stream(id));
    const remote = track as unknown as MediaStreamTrack;
    for (const stream of before) {
      if (now.includes(stream)) continue;
      stream.removeTrack(remote);
      stream.dispatchEvent(Object.assign({ type: "removetrack" }, { track }));
    }
    for (const stream of now) {
      if (before.includes(stream)) continue;
      stream.addTrack(remote);
      stream.dispatchEvent(Object.assign({ type: "addtrack" }, { track }));
    }
    return now;
  }

  #stream(id: string): FakeMediaStream {
    const stream = this.#streams.get(id) ?? new FakeMediaStream([], id);
    this.#streams.set(id, stream);
    return stream;
  }
}

/** Applies the tracks of a remote description (W3C section 4.4.1.5). Returns the transceivers whose tracks begin. */
export function applyRemote(
  description: Description,
  transceivers: Iterable<FakeTransceiver>,
  streams: RemoteStreams,
): FakeTransceiver[] {
  const began: FakeTransceiver[] = [];
  for (const transceiver of transceivers) {
    const section = transceiver.line === undefined ? undefined : description.sections[transceiver.line];
    if (section === undefined) continue;
    const direction = reversed(section.direction);
    if (!receives(direction)) end(transceiver, streams);
    else {
      transceiver.receiver.streams = streams.put(transceiver.receiver, section.streams);
      if (!receives(transceiver.firedDirection)) began.push(transceiver);
    }
    transceiver.firedDirection = direction;
  }
  return began;
}

/** Mutes tracks that are not received after a local answer or a rollback, and removes them from their streams. */
export function endUnreceived(transceivers: Iterable<FakeTransceiver>, streams: RemoteStreams): void {
  for (const transceiver of transceivers) {
    if (receives(transceiver.currentDirection)) continue;
    end(transceiver, streams);
    transceiver.firedDirection = null;
  }
}

function end({ receiver, firedDirection }: FakeTransceiver, streams: RemoteStreams): void {
  if (!receives(firedDirection) && receiver.streams.length === 0) return;
  receiver.streams = streams.put(receiver, []);
  if (receiver.track.muted) return;
  receiver.track.muted = true;
  receiver.track.dispatchEvent({ type: "mute" });
}
