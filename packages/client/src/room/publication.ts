import { invalid, type MessageSchemas } from "../options.js";
import type { Peer } from "../peer/peer.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { PublishedTrack } from "../webrtc/media/transceivers.js";

export interface PublishOptions<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  /** The `label` that the others receive with each track; at most 64 characters. */
  label?: string;
  /**
   * Chooses the receivers: called once for each peer, when the peer joins or when this is published. Default: everyone.
   */
  to?: (peer: Peer<Messages, Metadata>) => boolean;
}

/** Media that is sent to its receivers, and to those who join later, until `stop`. */
export interface Publication {
  readonly tracks: readonly MediaStreamTrack[];
  readonly label: string | undefined;
  readonly muted: boolean;
  /**
   * Sends another track instead of the one of its kind, without a new negotiation. Rejects with `INVALID_ARGUMENT` if
   * there is none of its kind, and with `NEGOTIATION_FAILED` if the browser refuses it for a peer.
   */
  replace(track: MediaStreamTrack): Promise<void>;
  /** Sends silence and black frames: `track.enabled` becomes false, for other users of the track as well. */
  mute(): void;
  unmute(): void;
  /** Stops sending. The tracks keep running: call `track.stop()` yourself to switch a camera off. */
  stop(): void;
}

/** What a publication needs of the room. */
export interface PublicationRoom<Messages extends MessageSchemas, Metadata> {
  readonly peers: ReadonlyMap<string, RemotePeer<Messages, Metadata>>;
  /** Everything that is published, for the peers that are present and for those who join later. */
  readonly publications: Set<LocalPublication<Messages, Metadata>>;
  guard<Result>(where: string, call: () => Result): Result | undefined;
}

/** A publication, and how it reaches the peers it is meant for. */
export class LocalPublication<Messages extends MessageSchemas, Metadata> implements Publication {
  readonly label: string | undefined;
  readonly #published: readonly PublishedTrack[];
  readonly #to: PublishOptions<Messages, Metadata>["to"];
  readonly #room: PublicationRoom<Messages, Metadata>;
  muted = false;

  constructor(
    media: MediaStream | MediaStreamTrack,
    { label, to }: PublishOptions<Messages, Metadata>,
    room: PublicationRoom<Messages, Metadata>,
  ) {
    if (label !== undefined && !/^.{1,64}$/s.test(label)) throw invalid("A label is a string of 1 to 64 characters.");
    const [stream, tracks] = "getTracks" in media ? [media, media.getTracks()] : [streamOf(media), [media]];
    if (tracks.length === 0) throw invalid("This stream has no track: publish it once it has one.");
    this.label = label;
    this.#published = tracks.map((track) => ({ track, stream, label }));
    this.#to = to;
    this.#room = room;
  }

  get tracks(): readonly MediaStreamTrack[] {
    return this.#published.map(({ track }) => track);
  }

  /** Sends it to a peer, if it is meant for that one. */
  sendTo(peer: RemotePeer<Messages, Metadata>): void {
    const isFor = this.#to === undefined || this.#room.guard("to", () => this.#to?.(peer)) === true;
    if (isFor) peer.session.media.publish(this.#published);
  }

  async replace(track: MediaStreamTrack): Promise<void> {
    const published = this.#published.find((candidate) => candidate.track.kind === track.kind);
    if (published === undefined) throw invalid(`This publication has no ${track.kind} track: publish it by itself.`);
    published.track = track;
    if (this.muted) track.enabled = false;
    await Promise.all(Array.from(this.#room.peers.values(), ({ session }) => session.media.replaceTracks()));
  }

  mute(): void {
    this.#setMuted(true);
  }

  unmute(): void {
    this.#setMuted(false);
  }

  stop(): void {
    this.#room.publications.delete(this);
    for (const { session } of this.#room.peers.values()) session.media.unpublish(this.#published);
  }

  #setMuted(muted: boolean): void {
    this.muted = muted;
    for (const { track } of this.#published) track.enabled = !muted;
  }
}

/** A lone track gets a stream of its own, whose id leads to its label. Stacks outside browsers may have no streams. */
function streamOf(track: MediaStreamTrack): MediaStream | undefined {
  return typeof MediaStream === "function" ? new MediaStream([track]) : undefined;
}
