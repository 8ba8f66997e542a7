import { SignalingError } from "../errors.js";
import { Emitter } from "../util/emitter.js";
import { invalid, mustBe, type Settings } from "../options.js";
import { isLive, type PublishedTrack } from "../webrtc/media/transceivers.js";
import { holdMuted, releaseMuted } from "./muted-tracks.js";
import type { MessageSchemas } from "../peer/message-schemas.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { NotificationQueue } from "../util/notification-queue.js";
import type { Publication, PublicationEvents, PublishOptions } from "./publication.js";

/** What a publication needs of the room. */
export interface PublicationRoom<Messages extends MessageSchemas, Metadata> {
  readonly settings: Pick<Settings, "logger">;
  readonly notifications: NotificationQueue;
  readonly peers: ReadonlyMap<string, RemotePeer<Messages, Metadata>>;
  /** Everything that is published, for the peers that are present and for those who join later. */
  readonly published: Set<LocalPublication<Messages, Metadata>>;
  /** One of them was stopped, ended, was muted, or has another track. */
  publicationsChanged(): void;
  guard<Result>(where: string, call: () => Result): Result | undefined;
}

/** A publication, and how it reaches the peers it is meant for. */
export class LocalPublication<Messages extends MessageSchemas, Metadata>
  extends Emitter<PublicationEvents>
  implements Publication
{
  readonly label: string | undefined;
  readonly #published: readonly PublishedTrack[];
  readonly #to: PublishOptions<Messages, Metadata>["to"];
  readonly #room: PublicationRoom<Messages, Metadata>;

  constructor(
    media: MediaStream | MediaStreamTrack,
    { label, to }: PublishOptions<Messages, Metadata>,
    room: PublicationRoom<Messages, Metadata>,
  ) {
    super(room.notifications, room.settings.logger);
    if (label !== undefined && !/^.{1,64}$/s.test(label)) throw mustBe("label", "a string of 1 to 64 characters");
    if (!isMedia(media)) throw invalid("Pass a MediaStream or a MediaStreamTrack.");
    const [stream, tracks] = "getTracks" in media ? [media, media.getTracks()] : [streamOf(media), [media]];
    if (tracks.length === 0) throw invalid("This stream has no track: publish it once it has one.");
    this.label = label;
    this.#published = tracks.map((track) => ({ track, stream, label, muted: false }));
    this.#to = to;
    this.#room = room;
    for (const track of tracks) this.#watch(track);
  }

  /** What is sent to everybody; undefined for a publication that chooses its peers. */
  get forEveryone(): readonly PublishedTrack[] | undefined {
    return this.#to === undefined ? this.#published.filter(({ track }) => isLive(track)) : undefined;
  }

  get tracks(): readonly MediaStreamTrack[] {
    return this.#published.map(({ track }) => track);
  }

  get muted(): boolean {
    return this.#published.every(({ muted }) => muted);
  }

  get state(): "live" | "ended" {
    return this.#stopped || !this.tracks.some(isLive) ? "ended" : "live";
  }

  /** Sends it to a peer, if it is meant for that one. */
  sendTo(peer: RemotePeer<Messages, Metadata>): void {
    const isFor = this.#to === undefined || this.#room.guard("to", () => this.#to?.(peer)) === true;
    if (isFor) peer.session.localMedia.publish(this.#published);
  }

  async replace(track: MediaStreamTrack): Promise<void> {
    if (!isMedia(track)) throw invalid("Pass a MediaStreamTrack.");
    if (this.#stopped) throw new SignalingError("INVALID_STATE", "This publication was stopped.");
    const ofKind = this.#published.filter((candidate) => candidate.track.kind === track.kind);
    const published = ofKind.find((candidate) => !isLive(candidate.track)) ?? ofKind[0];
    if (published === undefined) throw invalid(`This publication has no ${track.kind} track: publish it by itself.`);
    const before = published.track;
    published.track = track;
    if (published.muted) {
      holdMuted(track);
      releaseMuted(before);
    }
    this.#watch(track);
    this.#room.publicationsChanged();
    await Promise.all(Array.from(this.#room.peers.values(), ({ session }) => session.localMedia.replaceTracks()));
  }

  mute(kind?: string): void {
    this.#setMuted(true, kind);
  }

  unmute(kind?: string): void {
    this.#setMuted(false, kind);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#room.published.delete(this);
    const peers = [...this.#room.peers.values()];
    // What mute switched off is not switched on as long as it may still be sent.
    void Promise.all(peers.map(({ session }) => session.localMedia.unpublish(this.#published))).then(() => {
      for (const { muted, track } of this.#published) if (muted) releaseMuted(track);
    });
    for (const track of this.tracks) track.removeEventListener("ended", this.#onEnded);
    this.#room.publicationsChanged();
  }

  get #stopped(): boolean {
    return !this.#room.published.has(this);
  }

  #setMuted(muted: boolean, kind: string | undefined): void {
    if (this.#stopped) return;
    const kinds = new Set<string>();
    for (const published of this.#published) {
      const { track } = published;
      if (published.muted === muted || (kind ?? track.kind) !== track.kind) continue;
      published.muted = muted;
      (muted ? holdMuted : releaseMuted)(track);
      kinds.add(track.kind);
    }
    for (const each of kinds) this.emit("muted", muted, each as "audio" | "video");
    if (kinds.size > 0) this.#changed();
  }

  /** A track may have ended already: who publishes it gets the chance to listen. */
  #watch(track: MediaStreamTrack): void {
    track.addEventListener("ended", this.#onEnded);
    if (!isLive(track)) this.#room.notifications.add(() => this.#onEnded({ target: track }));
  }

  readonly #onEnded = ({ target }: { readonly target: unknown }): void => {
    const track = this.tracks.find((candidate) => candidate === target);
    if (this.#stopped || track === undefined) return;
    this.emit("ended", track);
    this.#changed();
  };

  #changed(): void {
    for (const { session } of this.#room.peers.values()) session.localMedia.update();
    this.#room.publicationsChanged();
  }
}

function isMedia(media: unknown): boolean {
  return ["getTracks", "kind"].some((member) => member in Object(media));
}

/** A lone track gets a stream of its own, whose id leads to its label. Stacks outside browsers may have no streams. */
function streamOf(track: MediaStreamTrack): MediaStream | undefined {
  return typeof MediaStream === "function" ? new MediaStream([track]) : undefined;
}
