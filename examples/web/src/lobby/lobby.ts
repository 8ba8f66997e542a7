import { defaultName, maxNameLength } from "../call/profile.js";
import type { LocalMedia } from "../media/local-media.js";
import type { MediaProblem } from "../media/media-problem.js";
import { mediaToggles } from "../media/media-toggles.js";
import { SelfTile } from "../media/self-tile.js";
import { maxRoomLength, suggestRoom } from "../page-options.js";
import { button, listenForKeys } from "../ui/buttons.js";
import { h } from "../ui/dom.js";
import { ConnectionCheck } from "./connection-check.js";

export interface LobbyOptions {
  readonly media: LocalMedia;
  readonly room: string;
  readonly name: string;
  readonly onJoin: () => void;
  /** Gives up a join that is in progress. */
  readonly onCancel: () => void;
  readonly onProblem: (problem: MediaProblem) => void;
}

/** The view before the meeting: name, room and a preview of the camera. */
export class Lobby {
  readonly element: HTMLElement;
  readonly #name: HTMLInputElement;
  readonly #room: HTMLInputElement;
  readonly #join = h("button", { type: "submit", class: "button primary", "data-testid": "join" });
  readonly #cancel: HTMLButtonElement;
  readonly #self: SelfTile;
  readonly #media: LocalMedia;
  readonly #check = new ConnectionCheck();
  readonly #keys = new AbortController();
  readonly #cleanups: (() => void)[];

  constructor({ media, room, name, onJoin, onCancel, onProblem }: LobbyOptions) {
    this.#media = media;
    this.#cancel = button("Cancel", onCancel, { "data-testid": "cancel" });
    this.#name = nameInput(name);
    this.#room = roomInput(room === "" ? suggestRoom() : room);
    this.#self = new SelfTile(media, name);
    const { mute, camera, dispose } = mediaToggles(media, onProblem);
    listenForKeys({ m: mute, c: camera }, this.#keys.signal);
    this.#cleanups = [
      dispose,
      this.#self.dispose,
      media.onChange(() => {
        this.#updateNote();
      }),
    ];
    this.#name.addEventListener("input", () => {
      this.#self.setName(this.name);
    });
    const preview = h(
      "section",
      { class: "lobby-preview", "aria-label": "Preview of your video" },
      this.#self.element,
      h("div", { class: "controls" }, mute.element, camera.element),
    );
    this.element = h("div", { class: "lobby" }, preview, this.#form(room === "", onJoin));
    this.setBusy(false);
    this.#updateNote();
  }

  get room(): string {
    return this.#room.value.trim();
  }

  get name(): string {
    return this.#name.value.trim();
  }

  /** While a join is in progress, the form offers to cancel it. */
  setBusy(busy: boolean): void {
    const [before, after] = busy ? [this.#join, this.#cancel] : [this.#cancel, this.#join];
    const hadFocus = document.activeElement === before;
    this.#join.disabled = busy;
    this.#cancel.hidden = !busy;
    this.#join.textContent = busy ? "Joining…" : "Join";
    if (hadFocus) after.focus();
  }

  /** Offers to join without a device that cannot be opened. */
  offerWithout(device: MediaProblem["device"]): void {
    this.#join.textContent = `Join without ${device}`;
    this.#self.setNote(`Your ${device} is not available.`);
  }

  dispose(): void {
    this.#keys.abort();
    this.#check.dispose();
    for (const cleanup of this.#cleanups) cleanup();
  }

  #form(isNewRoom: boolean, onJoin: () => void): HTMLFormElement {
    const suggest = button("Suggest", () => {
      this.#room.value = suggestRoom();
      this.#room.focus();
    });
    const form = h(
      "form",
      { class: "lobby-form" },
      h("h2", {}, isNewRoom ? "Start a meeting" : "Join the meeting"),
      h(
        "p",
        { class: "lobby-lead" },
        "Video, sound and chat go directly from browser to browser. The server only helps them connect.",
      ),
      field("Your name", this.#name),
      field("Room", this.#room, suggest),
      h("div", { class: "join-row" }, this.#join, this.#cancel),
      this.#check.element,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onJoin();
    });
    return form;
  }

  #updateNote(): void {
    const { cameraOn } = this.#media;
    const isOpen = this.#media.track("video") !== undefined;
    const note = isOpen ? "" : "Your camera starts when you join.";
    this.#self.setNote(cameraOn ? note : "Your camera is off.");
  }
}

function nameInput(value: string): HTMLInputElement {
  return h("input", {
    id: "name",
    "data-testid": "name",
    value,
    maxlength: maxNameLength,
    autocomplete: "given-name",
    dir: "auto",
    placeholder: defaultName,
  });
}

function roomInput(value: string): HTMLInputElement {
  return h("input", {
    id: "room",
    "data-testid": "room",
    value,
    maxlength: maxRoomLength,
    required: true,
    autocomplete: "off",
    dir: "auto",
    spellcheck: "false",
    autocapitalize: "off",
  });
}

function field(label: string, input: HTMLInputElement, ...beside: HTMLElement[]): HTMLElement {
  return h(
    "div",
    { class: "field" },
    h("label", { for: input.id }, label),
    h("div", { class: "field-row" }, input, ...beside),
  );
}
