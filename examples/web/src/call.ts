import { PeerManager, type Publication } from "@sig/client";
import * as z from "zod/mini";
import type { LocalMedia } from "./local-media.js";
import type { Profile } from "./profile.js";
import { openSocket } from "./socket.js";

/** What the page says over the data channels. */
const messages = { chat: z.object({ text: z.string().check(z.minLength(1), z.maxLength(2000)) }) };

export type Manager = PeerManager<typeof messages, Profile>;
export type Participant = Manager["peers"] extends ReadonlyMap<string, infer Peer> ? Peer : never;

const cameraLabel = "camera";
export const screenLabel = "screen";

/** One stay in one room: the manager, its socket, and what is published. */
export class Call {
  readonly manager: Manager;
  readonly #socket = openSocket();
  readonly #media: LocalMedia;
  readonly #publications: Publication[] = [];
  readonly #stopFollowing: () => void;
  #profile: Profile;
  #screen: { publication: Publication; stream: MediaStream } | undefined;

  constructor(name: string, media: LocalMedia) {
    this.#media = media;
    this.#profile = { name, muted: !media.microphoneOn, camera: media.cameraOn };
    this.manager = new PeerManager(this.#socket, { metadata: this.#profile, messages });
    const tracks = media.stream.getTracks();
    // Published together, so that the others hear and see in step.
    if (tracks.length > 0)
      this.#publications.push(this.manager.publish(new MediaStream(tracks), { label: cameraLabel }));
    this.#stopFollowing = media.onChange(() => {
      void this.#followMedia();
    });
  }

  /** The screen that is shared now. */
  get screen(): MediaStream | undefined {
    return this.#screen?.stream;
  }

  join(room: string): Promise<void> {
    return this.manager.join(room);
  }

  /** Asks the person which screen, and shares it until `unshareScreen` or until they stop it in the browser's own bar. */
  async shareScreen(onEnd: () => void): Promise<void> {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 15 }, audio: true });
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

  /** Says goodbye and lets go of the server. Never rejects. */
  async leave(): Promise<void> {
    this.#stopFollowing();
    this.unshareScreen();
    await this.manager.leave();
    this.#socket.disconnect();
  }

  /** Sends what was opened since, and tells the others what is on. */
  async #followMedia(): Promise<void> {
    const tracks = this.#media.stream.getTracks();
    await Promise.all(tracks.map((track) => this.#send(track)));
    const profile = { ...this.#profile, muted: !this.#media.microphoneOn, camera: this.#media.cameraOn };
    if (profile.muted === this.#profile.muted && profile.camera === this.#profile.camera) return;
    this.#profile = profile;
    // Refused only where the host's own rules forbid it: then the others see what they saw before.
    await this.manager.setMetadata(profile).catch(() => undefined);
  }

  async #send(track: MediaStreamTrack): Promise<void> {
    if (this.#publications.some(({ tracks }) => tracks.includes(track))) return;
    const publication = this.#publications.find(({ tracks }) => tracks.some(({ kind }) => kind === track.kind));
    if (publication === undefined) this.#publications.push(this.manager.publish(track, { label: cameraLabel }));
    else await publication.replace(track);
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
