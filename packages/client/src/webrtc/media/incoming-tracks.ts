import type { TrackAnnouncement, TrackAnnouncements } from "@sig/protocol/page";

/** A track that a peer sends. An object does not change: another one takes its place when the track is muted. */
export interface RemoteTrack {
  readonly track: MediaStreamTrack;
  readonly streams: readonly MediaStream[];
  /** What it was published with. */
  readonly label: string | undefined;
  readonly kind: "audio" | "video";
  /** Whether its sender has muted it. A peer with an older version of this library never says so. */
  readonly muted: boolean;
}

export type TrackEventName = "track" | "trackMuted" | "trackEnded";

/** Tracks that have ended and begun. */
export interface TrackChanges {
  readonly ended: readonly RemoteTrack[];
  readonly begun: readonly RemoteTrack[];
}

/** More descriptions than can be under way at once. */
const maxPending = 8;

interface Active {
  incoming: RemoteTrack;
  readonly announced: TrackAnnouncement | undefined;
}

/**
 * The tracks that the peer sends now. The browser reports a track that begins by an event, one that ends only by a
 * direction, and one that another replaces on the same transceiver not at all.
 */
export class IncomingTracks {
  readonly #active = new Map<RTCRtpTransceiver, Active>();
  readonly #streams = new Map<string, MediaStream>();
  #announced: TrackAnnouncements = {};
  /** The media sections that the peer has muted. */
  #muted: readonly string[] = [];
  /** The announcements of descriptions that are not applied yet, by offer. */
  readonly #pending = new Map<string, TrackAnnouncements>();

  /** A description with these announcements has arrived; it may never be applied. */
  announced(offerId: string, tracks: TrackAnnouncements = {}): void {
    this.#pending.set(offerId, tracks);
    const [oldest = ""] = this.#pending.keys();
    if (this.#pending.size > maxPending) this.#pending.delete(oldest);
  }

  /** The description of this offer, or the answer to it, is about to be applied. */
  applying(offerId: string): void {
    this.#announced = this.#pending.get(offerId) ?? {};
    this.#pending.delete(offerId);
  }

  /**
   * For a `track` event, with which one track may end and another begin. The event is repeated for an offer that could
   * not be answered and is resent.
   */
  arrived(transceiver: RTCRtpTransceiver, streams: readonly MediaStream[]): TrackChanges {
    const known = this.#active.get(transceiver);
    const announced = this.#announcedFor(transceiver);
    if (known === undefined) return { ended: [], begun: [this.#begin(transceiver, streams)] };
    if (announced !== undefined && isSame(announced, known.announced)) return { ended: [], begun: [] };
    return { ended: [this.#end(transceiver, known.incoming)], begun: [this.#begin(transceiver, streams)] };
  }

  #begin(transceiver: RTCRtpTransceiver, streams: readonly MediaStream[]): RemoteTrack {
    const { track } = transceiver.receiver;
    const announced = this.#announcedFor(transceiver);
    const incoming = {
      track,
      streams: announced === undefined ? streams : this.#streamOf(announced.stream, track, streams),
      label: announced?.label,
      kind: track.kind as RemoteTrack["kind"],
      muted: this.#isMuted(transceiver),
    };
    this.#active.set(transceiver, { incoming, announced });
    return incoming;
  }

  /** What ended and began with the exchange that has just completed, beyond what `track` events reported. */
  settle(): TrackChanges {
    const ended: RemoteTrack[] = [];
    const begun: RemoteTrack[] = [];
    for (const [transceiver, { incoming, announced }] of [...this.#active]) {
      const receives = transceiver.currentDirection === "sendrecv" || transceiver.currentDirection === "recvonly";
      const now = this.#announcedFor(transceiver);
      if (receives && isSame(now, announced)) continue;
      ended.push(this.#end(transceiver, incoming));
      if (receives) begun.push(this.#begin(transceiver, incoming.streams));
    }
    return { ended, begun };
  }

  /** The peer has muted these media sections and no others. Returns the tracks that changed. */
  mute(sections = this.#muted): RemoteTrack[] {
    this.#muted = sections;
    return [...this.#active].flatMap(([transceiver, active]) => {
      const muted = this.#isMuted(transceiver);
      return muted === active.incoming.muted ? [] : (active.incoming = { ...active.incoming, muted });
    });
  }

  /** Whether there are any. */
  get some(): boolean {
    return this.#active.size > 0;
  }

  /** Forgets and returns all of them. */
  takeAll(): RemoteTrack[] {
    return [...this.#active].map(([transceiver, { incoming }]) => this.#end(transceiver, incoming));
  }

  #end(transceiver: RTCRtpTransceiver, incoming: RemoteTrack): RemoteTrack {
    this.#active.delete(transceiver);
    for (const [id, stream] of this.#streams) {
      stream.removeTrack(incoming.track);
      if (stream.getTracks().length === 0) this.#streams.delete(id);
    }
    return incoming;
  }

  #isMuted({ mid }: RTCRtpTransceiver): boolean {
    return this.#muted.includes(mid ?? "");
  }

  #announcedFor({ mid }: RTCRtpTransceiver): TrackAnnouncement | undefined {
    return mid !== null && Object.hasOwn(this.#announced, mid) ? this.#announced[mid] : undefined;
  }

  /** Tracks that were published together are in one stream, whatever transceivers carry them. */
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
