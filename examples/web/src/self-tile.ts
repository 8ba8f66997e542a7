import { h } from "./dom.js";
import { flagFor } from "./flags.js";
import { icon } from "./icons.js";
import type { LocalMedia } from "./local-media.js";
import { play } from "./playback.js";

/** One's own picture as in a mirror, in the lobby and in the meeting. Follows the media until `dispose`. */
export class SelfTile {
  readonly element: HTMLElement;
  readonly dispose: () => void;
  readonly #video = h("video", {
    "data-testid": "local-video",
    class: "picture mirrored",
    autoplay: true,
    playsinline: true,
    muted: true,
  });
  readonly #flag = h("div", { class: "tile-flag" });
  readonly #words = h("p", { class: "tile-words" });
  readonly #muted = h(
    "span",
    { class: "tile-muted", hidden: true },
    icon("micOff"),
    h("span", { class: "visually-hidden" }, "muted"),
  );
  readonly #media: LocalMedia;

  constructor(media: LocalMedia, name: string, label: string) {
    this.#media = media;
    const foot = h("footer", { class: "tile-foot" }, this.#muted, h("span", { class: "tile-name" }, label));
    this.element = h(
      "article",
      { class: "tile self", "aria-label": label },
      this.#flag,
      this.#video,
      this.#words,
      foot,
    );
    // The attribute alone mutes only what the parser has made.
    this.#video.muted = true;
    this.setName(name);
    this.#follow();
    this.dispose = media.onChange(() => {
      this.#follow();
    });
  }

  setName(name: string): void {
    this.#flag.replaceChildren(...(name === "" ? [] : [flagFor(name)]));
  }

  setWords(words: string): void {
    this.#words.textContent = words;
  }

  #follow(): void {
    const hasPicture = this.#media.track("video") !== undefined;
    this.element.dataset.camera = hasPicture ? "on" : "off";
    this.#muted.hidden = this.#media.microphoneOn;
    // The last picture would stay in it.
    this.#video.srcObject = hasPicture ? this.#media.stream : null;
    if (hasPicture) void play(this.#video);
  }
}
