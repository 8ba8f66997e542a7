import { button, listenForKeys } from "./button.js";
import { ConnectionCheck } from "./connection-check.js";
import { h } from "./dom.js";
import type { LocalMedia } from "./local-media.js";
import type { MediaProblem } from "./media-problem.js";
import { mediaToggles } from "./media-toggles.js";
import { SelfTile } from "./self-tile.js";
import { maxName, maxRoom, suggestRoom } from "./url.js";

export interface LobbyOptions {
  readonly media: LocalMedia;
  readonly room: string;
  readonly name: string;
  readonly onJoin: (room: string, name: string) => void;
  readonly onProblem: (problem: MediaProblem) => void;
}

/** Before the meeting: who you are, where to, and how you will look. */
export class Lobby {
  readonly element: HTMLElement;
  readonly #name: HTMLInputElement;
  readonly #room: HTMLInputElement;
  readonly #join = h("button", { type: "submit", class: "button primary", "data-testid": "join" });
  readonly #self: SelfTile;
  readonly #media: LocalMedia;
  readonly #check = new ConnectionCheck();
  readonly #listening = new AbortController();
  readonly #stopFollowing: (() => void)[];

  constructor({ media, room, name, onJoin, onProblem }: LobbyOptions) {
    this.#media = media;
    this.#name = h("input", {
      id: "name",
      "data-testid": "name",
      value: name,
      maxlength: maxName,
      autocomplete: "given-name",
      placeholder: "Guest",
    });
    this.#room = h("input", {
      id: "room",
      "data-testid": "room",
      value: room,
      maxlength: maxRoom,
      required: true,
      autocomplete: "off",
      spellcheck: "false",
      autocapitalize: "off",
    });
    this.#self = new SelfTile(media, name, "You");
    const { mute, camera, dispose } = mediaToggles(media, onProblem);
    listenForKeys({ m: mute, c: camera }, this.#listening.signal);
    this.#stopFollowing = [
      dispose,
      this.#self.dispose,
      media.onChange(() => {
        this.#follow();
      }),
    ];
    this.#name.addEventListener("input", () => {
      this.#self.setName(this.#name.value.trim());
    });
    const suggest = button("Suggest", () => {
      this.#room.value = suggestRoom();
      this.#room.focus();
    });
    const form = h(
      "form",
      { class: "lobby-form" },
      h("h2", {}, room === "" ? "Start a meeting" : "Join the meeting"),
      h(
        "p",
        { class: "lobby-lead" },
        "Pictures, sound and chat go straight from browser to browser. The server only introduces you to each other.",
      ),
      field("Your name", this.#name),
      field("Room", this.#room, suggest),
      this.#join,
      this.#check.element,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onJoin(this.#room.value.trim(), this.#name.value.trim());
    });
    if (room === "") this.#room.value = suggestRoom();
    const preview = h(
      "section",
      { class: "lobby-preview", "aria-label": "How you will look" },
      this.#self.element,
      h("div", { class: "controls" }, mute.element, camera.element),
    );
    this.element = h("div", { class: "lobby" }, preview, form);
    this.setBusy(false);
    this.#follow();
  }

  get room(): string {
    return this.#room.value.trim();
  }

  get name(): string {
    return this.#name.value.trim();
  }

  /** While a join is under way the form waits. */
  setBusy(busy: boolean): void {
    this.#join.disabled = busy;
    this.#join.textContent = busy ? "Joining…" : "Join";
    this.element.setAttribute("aria-busy", String(busy));
  }

  /** After the camera was refused the way on is to go without it. */
  offerWithout(device: MediaProblem["device"]): void {
    this.#join.textContent = `Join without ${device}`;
    this.#self.setWords(`Your ${device} could not be started.`);
  }

  dispose(): void {
    this.#listening.abort();
    this.#check.dispose();
    for (const stop of this.#stopFollowing) stop();
  }

  #follow(): void {
    const { cameraOn } = this.#media;
    this.#self.setWords(
      cameraOn
        ? this.#media.track("video") === undefined
          ? "Your camera starts when you join."
          : ""
        : "Your camera is off.",
    );
  }
}

function field(label: string, input: HTMLInputElement, ...beside: HTMLElement[]): HTMLElement {
  return h(
    "div",
    { class: "field" },
    h("label", { for: input.id }, label),
    h("div", { class: "field-row" }, input, ...beside),
  );
}
