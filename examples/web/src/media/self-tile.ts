import { h } from "../ui/dom.js";
import { flagFor } from "../ui/flags.js";
import { labeledIcon } from "../ui/icons.js";
import { play, release } from "../ui/playback.js";
import type { LocalMedia } from "./local-media.js";

/** One's own video, mirrored, in the lobby and the meeting. It follows the media until `dispose`. */
export class SelfTile {
  readonly element: HTMLElement;
  readonly dispose: () => void;
  readonly #video = h("video", {
    "data-testid": "local-video",
    class: "camera-video mirrored",
    autoplay: true,
    playsinline: true,
    muted: true,
  });
  readonly #flag = h("div", { class: "tile-flag" });
  readonly #note = h("p", { class: "tile-note" });
  readonly #muted = labeledIcon("micOff", "muted", { class: "tile-muted", hidden: true });
  readonly #media: LocalMedia;

  constructor(media: LocalMedia, name: string) {
    this.#media = media;
    const footer = h("footer", { class: "tile-foot" }, this.#muted, h("span", { class: "tile-name" }, "You"));
    this.element = h(
      "article",
      { class: "tile self", "aria-label": "You" },
      this.#flag,
      this.#video,
      this.#note,
      footer,
    );
    // The attribute mutes only elements that the HTML parser creates.
    this.#video.muted = true;
    this.setName(name);
    this.#update();
    const unsubscribe = media.onChange(() => {
      this.#update();
    });
    this.dispose = () => {
      unsubscribe();
      release(this.#video);
    };
  }

  setName(name: string): void {
    this.#flag.replaceChildren(...(name === "" ? [] : [flagFor(name)]));
  }

  /** Shows a short text on the tile; an empty one hides it. */
  setNote(text: string): void {
    this.#note.textContent = text;
  }

  #update(): void {
    const hasVideo = this.#media.track("video") !== undefined;
    this.element.dataset.camera = hasVideo ? "on" : "off";
    this.#muted.hidden = this.#media.microphoneOn;
    // Without null the last frame would stay visible.
    this.#video.srcObject = hasVideo ? this.#media.stream : null;
    if (hasVideo) void play(this.#video);
  }
}
