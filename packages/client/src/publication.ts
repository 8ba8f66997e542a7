import { SignalingError } from "./errors.js";
import { invalid, type MessageSchemas } from "./options.js";
import type { Pair } from "./pair.js";
import type { Peer } from "./peer.js";
import type { PublishedTrack } from "./webrtc/tracks.js";

export interface PublishOptions<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  /** What the others get as `label` with each of the tracks; at most 64 characters. */
  label?: string;
  /** Who gets it: asked once for each peer, when it joins or when this is published. Default: everyone. */
  to?: (peer: Peer<Messages, Metadata>) => boolean;
}

/** Media that is sent to everyone it is meant for, and to those who come later, until `stop`. */
export interface Publication {
  readonly tracks: readonly MediaStreamTrack[];
  readonly label: string | undefined;
  readonly muted: boolean;
  /** Sends another track in the place of the one of its kind, with no new negotiation. Rejects with `INVALID_ARGUMENT` if there is none. */
  replace(track: MediaStreamTrack): Promise<void>;
  /** Sends silence and black frames: `track.enabled` becomes false, for other users of the track as well. */
  mute(): void;
  unmute(): void;
  /** Stops sending. The tracks remain yours and go on; stop them yourself to switch a camera off. */
  stop(): void;
}

/** A publication and the pairs that it is sent over. */
export class LocalPublication implements Publication {
  readonly label: string | undefined;
  readonly #published: readonly PublishedTrack[];
  readonly #pairs = new Set<Pair>();
  readonly #onStop: (publication: LocalPublication) => void;
  #muted = false;
  #stopped = false;

  constructor(media: MediaStream | MediaStreamTrack, label: string | undefined, onStop: (publication: LocalPublication) => void) {
    if (label !== undefined && (typeof label !== "string" || label === "" || label.length > 64)) throw invalid("A label is a string of 1 to 64 characters.");
    this.label = label;
    this.#onStop = onStop;
    const stream = "getTracks" in media ? media : streamOf(media);
    const tracks = "getTracks" in media ? media.getTracks() : [media];
    if (tracks.length === 0) throw invalid("There is no track in this stream. Publish it once it has one.");
    this.#published = tracks.map((track) => ({ track, stream, label }));
  }

  get tracks(): readonly MediaStreamTrack[] {
    return this.#published.map(({ track }) => track);
  }

  get muted(): boolean {
    return this.#muted;
  }

  addTo(pair: Pair): void {
    this.#pairs.add(pair);
    for (const published of this.#published) pair.publish(published);
  }

  forget(pair: Pair): void {
    this.#pairs.delete(pair);
  }

  async replace(track: MediaStreamTrack): Promise<void> {
    const published = this.#published.find((candidate) => candidate.track.kind === track.kind);
    if (published === undefined) throw invalid(`There is no ${track.kind} track in this publication. Publish the new one by itself.`);
    if (this.#stopped) throw new SignalingError("INVALID_STATE", "This publication was stopped. Publish the track anew.");
    published.track = track;
    if (this.#muted) track.enabled = false;
    await Promise.all([...this.#pairs].map((pair) => pair.replaceTrack(published)));
  }

  mute(): void {
    this.#setMuted(true);
  }

  unmute(): void {
    this.#setMuted(false);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const pair of this.#pairs) for (const published of this.#published) pair.unpublish(published);
    this.#pairs.clear();
    this.#onStop(this);
  }

  #setMuted(muted: boolean): void {
    this.#muted = muted;
    for (const { track } of this.#published) track.enabled = !muted;
  }
}

/** A stream of its own gives a lone track the id by which its label is found. Stacks outside browsers may have none. */
function streamOf(track: MediaStreamTrack): MediaStream | undefined {
  return typeof MediaStream === "function" ? new MediaStream([track]) : undefined;
}
