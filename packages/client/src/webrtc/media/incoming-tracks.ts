import { maxAnnouncements } from "../../negotiation/bounds.js";
import { receives } from "./transceivers.js";
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

/** What has changed, in the order in which the application is notified. */
export type TrackChanges = readonly (readonly [TrackEventName, RemoteTrack])[];

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
    if (this.#pending.size > maxAnnouncements) this.#pending.delete(oldest);
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
    if (known !== undefined && announced !== undefined && isSame(announced, known.announced)) return [];
    return [...this.#end(transceiver, known), this.#begin(transceiver, streams)];
  }

  #begin(transceiver: RTCRtpTransceiver, streams: readonly MediaStream[]): TrackChanges[number] {
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
    return ["track", incoming];
  }

  /** What ended and began with the exchange that has just completed, beyond what `track` events reported. */
  settle(): TrackChanges {
    return [...this.#active].flatMap(([transceiver, active]) => {
      const stays = receives(transceiver.currentDirection);
      if (stays && isSame(this.#announcedFor(transceiver), active.announced)) return [];
      const ended = this.#end(transceiver, active);
      return stays ? [...ended, this.#begin(transceiver, active.incoming.streams)] : ended;
    });
  }

  /** The peer has muted these media sections and no others. */
  mute(sections = this.#muted): TrackChanges {
    this.#muted = sections;
    return [...this.#active].flatMap(([transceiver, active]) => {
      const muted = this.#isMuted(transceiver);
      if (muted === active.incoming.muted) return [];
      active.incoming = { ...active.incoming, muted };
      return [["trackMuted", active.incoming]];
    });
  }

  /** Whether there are any. */
  get some(): boolean {
    return this.#active.size > 0;
  }

  /** All of them end. */
  endAll(): TrackChanges {
    return [...this.#active].flatMap(([transceiver, active]) => this.#end(transceiver, active));
  }

  #end(transceiver: RTCRtpTransceiver, active: Active | undefined): TrackChanges {
    if (!active) return [];
    const { incoming } = active;
    this.#active.delete(transceiver);
    for (const [id, stream] of this.#streams) {
      stream.removeTrack(incoming.track);
      if (stream.getTracks().length === 0) this.#streams.delete(id);
    }
    return [["trackEnded", incoming]];
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
