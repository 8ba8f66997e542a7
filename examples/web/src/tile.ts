import type { PeerState, Presence } from "@sig/client";
import type { Participant } from "./call.js";
import { Connection } from "./connection.js";
import { h } from "./dom.js";
import { flagFor } from "./flags.js";
import { icon } from "./icons.js";
import { play } from "./playback.js";
import { readProfile, type Profile } from "./profile.js";

/** One of the others: their picture, or their flag, their name, and in words what is not well. */
export class Tile {
  readonly element: HTMLElement;
  readonly #camera = h("video", { "data-testid": "remote-video", class: "picture", autoplay: true, playsinline: true });
  readonly #screen = h("video", {
    "data-testid": "remote-screen",
    class: "screen",
    autoplay: true,
    playsinline: true,
    hidden: true,
  });
  readonly #cameraStream = new MediaStream();
  readonly #screenStream = new MediaStream();
  readonly #flag = h("div", { class: "tile-flag" });
  readonly #name = h("span", { class: "tile-name" });
  readonly #muted = h(
    "span",
    { class: "tile-muted", hidden: true },
    icon("micOff"),
    h("span", { class: "visually-hidden" }, "muted"),
  );
  readonly #away = h(
    "span",
    { class: "tile-away", hidden: true, title: "The connection to the server dropped; the call itself goes on" },
    "away",
  );
  #profile: Profile = readProfile(undefined);

  constructor(peer: Participant) {
    const foot = h("footer", { class: "tile-foot" }, this.#muted, this.#name, this.#away);
    this.element = h(
      "article",
      { class: "tile", "data-testid": "tile", "data-peer-id": peer.id },
      this.#flag,
      this.#camera,
      this.#screen,
      new Connection(peer).element,
      foot,
    );
  }

  get name(): string {
    return this.#profile.name;
  }

  get sharesScreen(): boolean {
    return this.#screenStream.getVideoTracks().length > 0;
  }

  setProfile(profile: Profile): void {
    this.#profile = profile;
    this.element.setAttribute("aria-label", profile.name);
    this.#name.textContent = profile.name;
    this.#muted.hidden = !profile.muted;
    this.#flag.replaceChildren(flagFor(profile.name));
    this.#showPicture();
  }

  setState(state: PeerState): void {
    this.element.dataset.state = state;
  }

  setPresence(presence: Presence): void {
    this.#away.hidden = presence === "online";
  }

  setSpeaking(speaking: boolean): void {
    this.element.classList.toggle("speaking", speaking && !this.#profile.muted);
  }

  addTrack(track: MediaStreamTrack, isScreen: boolean): void {
    const stream = isScreen ? this.#screenStream : this.#cameraStream;
    // A new connection to the same person brings new tracks in the place of the old ones.
    for (const old of stream.getTracks())
      if (old.kind === track.kind || old.readyState === "ended") stream.removeTrack(old);
    stream.addTrack(track);
    this.#showPicture();
    const video = isScreen ? this.#screen : this.#camera;
    video.srcObject ??= stream;
    void play(video);
  }

  removeTrack(track: MediaStreamTrack): void {
    this.#cameraStream.removeTrack(track);
    this.#screenStream.removeTrack(track);
    if (!this.sharesScreen) this.#screen.srcObject = null;
    this.#showPicture();
  }

  #showPicture(): void {
    const hasPicture = this.#profile.camera && this.#cameraStream.getVideoTracks().length > 0;
    this.element.dataset.camera = hasPicture ? "on" : "off";
    this.#screen.hidden = !this.sharesScreen;
    this.element.classList.toggle("shares-screen", this.sharesScreen);
  }
}
