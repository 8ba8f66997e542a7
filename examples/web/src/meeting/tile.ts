import type { PeerState, Presence } from "@sig/client";
import type { Participant } from "../call/call.js";
import { readProfile, type Profile } from "../call/profile.js";
import { h } from "../ui/dom.js";
import { flagFor } from "../ui/flags.js";
import { labeledIcon } from "../ui/icons.js";
import { play, release } from "../ui/playback.js";
import { ConnectionDetails } from "./connection-details.js";

/** One other person: camera and screen, name, and the state of the connection. */
export class Tile {
  readonly element: HTMLElement;
  readonly #camera = videoElement("remote-video", "camera-video");
  readonly #screen = videoElement("remote-screen", "screen-video");
  readonly #cameraStream = new MediaStream();
  readonly #screenStream = new MediaStream();
  readonly #flag = h("div", { class: "tile-flag" });
  readonly #name = h("span", { class: "tile-name", dir: "auto" });
  readonly #muted = labeledIcon("micOff", "muted", { class: "tile-muted", hidden: true });
  readonly #away = h(
    "span",
    { class: "tile-away", hidden: true, title: "Lost the connection to the server; the call goes on" },
    "away",
  );
  #profile: Profile = readProfile(undefined);

  constructor(peer: Participant) {
    this.element = h(
      "article",
      { class: "tile", "data-testid": "tile", "data-peer-id": peer.id },
      this.#flag,
      this.#camera,
      this.#screen,
      new ConnectionDetails(peer).element,
      h("footer", { class: "tile-foot" }, this.#muted, this.#name, this.#away),
    );
    this.setProfile(readProfile(peer.metadata));
    this.setState(peer.state);
    this.setPresence(peer.presence);
  }

  setProfile(profile: Profile): void {
    this.#profile = profile;
    this.element.setAttribute("aria-label", profile.name);
    this.#name.textContent = profile.name;
    this.#muted.hidden = !profile.muted;
    this.#flag.replaceChildren(flagFor(profile.name));
    this.#update();
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
    // After a recovery, the new connection delivers new tracks in place of the old ones.
    for (const old of stream.getTracks())
      if (old.kind === track.kind || old.readyState === "ended") stream.removeTrack(old);
    stream.addTrack(track);
    this.#update();
    const video = isScreen ? this.#screen : this.#camera;
    video.srcObject ??= stream;
    void play(video);
  }

  removeTrack(track: MediaStreamTrack): void {
    this.#cameraStream.removeTrack(track);
    this.#screenStream.removeTrack(track);
    if (!this.#sharesScreen) this.#screen.srcObject = null;
    this.#update();
  }

  dispose(): void {
    release(this.#camera);
    release(this.#screen);
  }

  get #sharesScreen(): boolean {
    return this.#screenStream.getVideoTracks().length > 0;
  }

  #update(): void {
    const hasVideo = this.#profile.camera && this.#cameraStream.getVideoTracks().length > 0;
    this.element.dataset.camera = hasVideo ? "on" : "off";
    this.#screen.hidden = !this.#sharesScreen;
    this.element.classList.toggle("shares-screen", this.#sharesScreen);
  }
}

function videoElement(testId: string, className: string): HTMLVideoElement {
  return h("video", { "data-testid": testId, class: className, autoplay: true, playsinline: true });
}
