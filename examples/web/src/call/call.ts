import { PeerManager, type Publication } from "@sig/client";
import * as z from "zod/mini";
import type { LocalMedia } from "../media/local-media.js";
import { takeTracks } from "../media/take-tracks.js";
import type { Profile } from "./profile.js";
import { openSocket } from "./socket.js";

/** Maximum length of a chat message, in code units. */
export const maxChatLength = 2000;

/** The typed messages that peers send to each other over data channels. */
const messages = { chat: z.object({ text: z.string().check(z.minLength(1), z.maxLength(maxChatLength)) }) };

export type Manager = PeerManager<typeof messages, Profile>;
export type Participant = Manager["peers"] extends ReadonlyMap<string, infer Peer> ? Peer : never;

const cameraLabel = "camera";
export const screenLabel = "screen";

/** One stay in one room: the `PeerManager`, its socket and the publications. */
export class Call {
  readonly manager: Manager;
  readonly #socket = openSocket();
  readonly #media: LocalMedia;
  readonly #publications: Publication[] = [];
  readonly #unsubscribe: () => void;
  #profile: Profile;
  #screen: { publication: Publication; stream: MediaStream } | undefined;

  constructor(name: string, media: LocalMedia) {
    this.#media = media;
    this.#profile = { name, muted: !media.microphoneOn, camera: media.cameraOn };
    this.manager = new PeerManager(this.#socket, { metadata: this.#profile, messages });
    const tracks = media.stream.getTracks();
    // One stream for both tracks keeps sound and video in sync.
    if (tracks.length > 0)
      this.#publications.push(this.manager.publish(new MediaStream(tracks), { label: cameraLabel }));
    this.#unsubscribe = media.onChange(() => {
      void this.#publishChanges();
    });
  }

  get isSharingScreen(): boolean {
    return this.#screen !== undefined;
  }

  /** Rejects with a `SignalingError` when the server rejects the join or does not answer. */
  join(room: string): Promise<void> {
    return this.manager.join(room);
  }

  /**
   * Opens the browser's screen picker and publishes the choice. `onEnd` runs when the person stops it in the browser's
   * own bar.
   */
  async shareScreen(onEnd: () => void): Promise<void> {
    const opened = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 15 }, audio: true });
    const stream = takeTracks(opened);
    if (this.manager.state === "left" || this.#screen !== undefined) {
      stopTracks(stream);
      return;
    }
    this.#screen = { stream, publication: this.manager.publish(stream, { label: screenLabel }) };
    stream.getVideoTracks()[0]?.addEventListener("ended", () => {
      this.unshareScreen();
      onEnd();
    });
  }

  unshareScreen(): void {
    if (this.#screen === undefined) return;
    this.#screen.publication.stop();
    stopTracks(this.#screen.stream);
    this.#screen = undefined;
  }

  /** Leaves the room and disconnects the socket. Never rejects. */
  async leave(): Promise<void> {
    this.#unsubscribe();
    this.unshareScreen();
    await this.manager.leave();
    this.#socket.disconnect();
  }

  /** Publishes new tracks and updates the profile that the others see. */
  async #publishChanges(): Promise<void> {
    const tracks = this.#media.stream.getTracks();
    await Promise.all(tracks.map((track) => this.#publish(track)));
    const profile = { ...this.#profile, muted: !this.#media.microphoneOn, camera: this.#media.cameraOn };
    if (profile.muted === this.#profile.muted && profile.camera === this.#profile.camera) return;
    this.#profile = profile;
    // Rejected only by a server with a stricter metadata schema. The others then keep the old profile.
    await this.manager.setMetadata(profile).catch(() => undefined);
  }

  /** Replaces the published track of the same kind, or publishes a new one. */
  async #publish(track: MediaStreamTrack): Promise<void> {
    if (this.#publications.some(({ tracks }) => tracks.includes(track))) return;
    const publication = this.#publications.find(({ tracks }) => tracks.some(({ kind }) => kind === track.kind));
    if (publication === undefined) this.#publications.push(this.manager.publish(track, { label: cameraLabel }));
    else await publication.replace(track);
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
