import type { TrackAnnouncement, TrackAnnouncements } from "@sig/protocol";

/** What arrived from the peer. */
export interface IncomingTrack {
  readonly track: MediaStreamTrack;
  readonly streams: readonly MediaStream[];
  readonly label: string | undefined;
}

/** Descriptions that may be under way at once, and then some. */
const maxHeard = 8;

interface Active {
  readonly incoming: IncomingTrack;
  readonly announced: TrackAnnouncement | undefined;
}

/**
 * Which tracks the peer sends now. W3C tells of a track that begins with an event, of one that ends only by a
 * direction, and of one that gives way to another on the same transceiver not at all.
 */
export class IncomingTracks {
  readonly #active = new Map<RTCRtpTransceiver, Active>();
  readonly #streams = new Map<string, MediaStream>();
  #announced: TrackAnnouncements = {};
  /** What their descriptions say of their media sections, by offer, until one of them is applied. */
  #heard: [string, TrackAnnouncements | undefined][] = [];

  /** What a description says of its media sections; it may never be applied. */
  hear(offerId: string, tracks: TrackAnnouncements | undefined): void {
    this.#heard = [...this.#heard, [offerId, tracks] as [string, TrackAnnouncements | undefined]].slice(-maxHeard);
  }

  /** The description of this offer, or the answer to it, is about to be applied. */
  applying(offerId: string): void {
    const at = this.#heard.findIndex(([id]) => id === offerId);
    this.#announced = this.#heard[at]?.[1] ?? {};
    this.#heard = this.#heard.slice(at + 1);
  }

  /**
   * What a `track` event tells: one may end with it and one begin. An offer that could not be answered and is said again
   * tells again what began already.
   */
  arrived(
    transceiver: RTCRtpTransceiver,
    streams: readonly MediaStream[],
  ): { ended: IncomingTrack[]; begun: IncomingTrack[] } {
    const known = this.#active.get(transceiver);
    const announced = this.#announcedFor(transceiver);
    if (known === undefined) return { ended: [], begun: [this.#begin(transceiver, streams)] };
    if (announced !== undefined && isSame(announced, known.announced)) return { ended: [], begun: [] };
    return { ended: [this.#end(transceiver, known.incoming)], begun: [this.#begin(transceiver, streams)] };
  }

  #begin(transceiver: RTCRtpTransceiver, streams: readonly MediaStream[]): IncomingTrack {
    const { track } = transceiver.receiver;
    const announced = this.#announcedFor(transceiver);
    const incoming = {
      track,
      streams: announced === undefined ? streams : this.#streamOf(announced.stream, track, streams),
      label: announced?.label,
    };
    this.#active.set(transceiver, { incoming, announced });
    return incoming;
  }

  /** What ended and what began with the exchange that was just done, beside what `track` events told. */
  settle(): { ended: IncomingTrack[]; begun: IncomingTrack[] } {
    const ended: IncomingTrack[] = [];
    const begun: IncomingTrack[] = [];
    for (const [transceiver, { incoming, announced }] of [...this.#active]) {
      const receives = transceiver.currentDirection === "sendrecv" || transceiver.currentDirection === "recvonly";
      const now = this.#announcedFor(transceiver);
      if (receives && isSame(now, announced)) continue;
      ended.push(this.#end(transceiver, incoming));
      if (receives) begun.push(this.#begin(transceiver, incoming.streams));
    }
    return { ended, begun };
  }

  /** Whether there are any. */
  get some(): boolean {
    return this.#active.size > 0;
  }

  /** Forgets and returns all of them. */
  takeAll(): IncomingTrack[] {
    return [...this.#active].map(([transceiver, { incoming }]) => this.#end(transceiver, incoming));
  }

  #end(transceiver: RTCRtpTransceiver, incoming: IncomingTrack): IncomingTrack {
    this.#active.delete(transceiver);
    for (const [id, stream] of this.#streams) {
      stream.removeTrack(incoming.track);
      if (stream.getTracks().length === 0) this.#streams.delete(id);
    }
    return incoming;
  }

  #announcedFor({ mid }: RTCRtpTransceiver): TrackAnnouncement | undefined {
    return mid !== null && Object.hasOwn(this.#announced, mid) ? this.#announced[mid] : undefined;
  }

  /** Tracks that were published together come in one stream, whatever transceivers they came over. */
  #streamOf(id: string, track: MediaStreamTrack, otherwise: readonly MediaStream[]): readonly MediaStream[] {
    if (typeof MediaStream !== "function") return otherwise;
    const stream = this.#streams.get(id) ?? new MediaStream();
    this.#streams.set(id, stream);
    stream.addTrack(track);
    return [stream];
  }
}

function isSame(one: TrackAnnouncement | undefined, other: TrackAnnouncement | undefined): boolean {
  return one?.stream === other?.stream && one?.label === other?.label;
}
