import type { FakeEventTarget } from "./fake-event-target.js";
import { FakeMediaStream, type FakeMediaStreamTrack } from "./fake-media.js";
import type { FakeReceiver } from "./fake-receiver.js";
import type { FakeTransceiver } from "./fake-transceiver.js";
import { receives, reversed, type Description, type Direction } from "./sdp.js";

/** How a transceiver received in the last stable state. */
interface StableTrack {
  readonly direction: Direction | null;
  readonly streams: readonly string[];
}

/**
 * The tracks that a connection receives, and their streams (W3C section 4.4.1.5). Changes are made at once. Their
 * events wait for `fire`, because the signaling state changes first.
 */
export class RemoteMedia {
  readonly #connection: FakeEventTarget;
  readonly #streams = new Map<string, FakeMediaStream>();
  #stable = new Map<FakeTransceiver, StableTrack>();
  readonly #muted: FakeMediaStreamTrack[] = [];
  readonly #removed: [FakeMediaStream, FakeMediaStreamTrack][] = [];
  readonly #added: [FakeMediaStream, FakeMediaStreamTrack][] = [];
  readonly #begun: FakeTransceiver[] = [];

  constructor(connection: FakeEventTarget) {
    this.#connection = connection;
  }

  /** Applies the directions and streams of a remote description. */
  apply(description: Description, transceivers: Iterable<FakeTransceiver>): void {
    for (const transceiver of transceivers) {
      const section = transceiver.line === undefined ? undefined : description.sections[transceiver.line];
      if (section !== undefined) this.#receive(transceiver, reversed(section.direction), section.streams);
    }
  }

  /** Ends tracks that a local answer does not receive. */
  endUnreceived(transceivers: Iterable<FakeTransceiver>): void {
    for (const transceiver of transceivers)
      if (!receives(transceiver.currentDirection)) this.#receive(transceiver, null, []);
  }

  /** Remembers the stable state. */
  settle(transceivers: readonly FakeTransceiver[]): void {
    this.#stable = new Map(
      transceivers.map((one) => [
        one,
        { direction: one.firedDirection, streams: one.receiver.streams.map(({ id }) => id) },
      ]),
    );
  }

  /** Returns to the stable state after a rollback. */
  restore(transceivers: Iterable<FakeTransceiver>): void {
    for (const transceiver of transceivers) {
      const { direction = null, streams = [] } = this.#stable.get(transceiver) ?? {};
      this.#receive(transceiver, direction, streams);
    }
  }

  /** Fires the events of all changes since the last call. */
  fire(): void {
    for (const track of this.#muted.splice(0)) track.dispatchEvent({ type: "mute" });
    for (const [stream, track] of this.#removed.splice(0))
      stream.dispatchEvent(Object.assign({ type: "removetrack" }, { track }));
    for (const [stream, track] of this.#added.splice(0))
      stream.dispatchEvent(Object.assign({ type: "addtrack" }, { track }));
    for (const transceiver of this.#begun.splice(0)) {
      const { receiver } = transceiver;
      const { track, streams } = receiver;
      this.#connection.dispatchEvent(
        Object.assign({ type: "track" }, { track, receiver, transceiver, streams: [...streams] }),
      );
    }
  }

  #receive(transceiver: FakeTransceiver, direction: Direction | null, ids: readonly string[]): void {
    const { receiver, firedDirection } = transceiver;
    const isAdded = this.#put(receiver, receives(direction) ? ids : []);
    if (receives(direction) && (isAdded || !receives(firedDirection))) this.#begun.push(transceiver);
    if (!receives(direction) && receives(firedDirection) && !transceiver.stopping && !receiver.track.muted) {
      receiver.track.muted = true;
      this.#muted.push(receiver.track);
    }
    transceiver.firedDirection = direction;
  }

  /** Moves a track into exactly these streams. Returns whether it is in one that it was not in before. */
  #put(receiver: FakeReceiver, ids: readonly string[]): boolean {
    const { track, streams: before } = receiver;
    const remote = track as unknown as MediaStreamTrack;
    const now = ids.map((id) => before.find((stream) => stream.id === id) ?? this.#stream(id));
    const [gone, added] = [before.filter((one) => !now.includes(one)), now.filter((one) => !before.includes(one))];
    for (const stream of gone) {
      stream.removeTrack(remote);
      this.#removed.push([stream, track]);
      // As in Chromium: if its id comes again, it is another stream.
      if (stream.getTracks().length === 0) this.#streams.delete(stream.id);
    }
    for (const stream of added) {
      stream.addTrack(remote);
      this.#added.push([stream, track]);
    }
    receiver.streams = now;
    return added.length > 0;
  }

  #stream(id: string): FakeMediaStream {
    const stream = this.#streams.get(id) ?? new FakeMediaStream([], id);
    this.#streams.set(id, stream);
    return stream;
  }
}
