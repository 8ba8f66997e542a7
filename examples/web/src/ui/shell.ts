import type { ManagerState } from "@sig/client";
import { inviteLink } from "../page-options.js";
import { managerTexts, managerWords } from "../texts.js";
import { copyLinkButton } from "./copy-button.js";
import { h } from "./dom.js";
import { flagFor } from "./flags.js";
import { Notice, type NoticeAction } from "./notice.js";

const announcementMs = 4000;

/** The frame around the lobby and the meeting: the bar with the room and the state, the notice, the announcements. */
export class Shell {
  readonly element: HTMLElement;
  readonly #main = h("main", { class: "main", tabindex: -1 });
  readonly #room = h("span", { class: "bar-room", dir: "auto" });
  /** The state by its name, for tests. People read the words beside it. */
  readonly #status = h("span", { class: "visually-hidden", "data-testid": "status", "aria-hidden": "true" }, "idle");
  readonly #statusWords = h("span", {}, managerWords.idle);
  readonly #statusPill = h(
    "p",
    { class: "pill", "data-state": "idle" },
    h("span", { class: "pill-lamp", "aria-hidden": "true" }),
    this.#statusWords,
    this.#status,
  );
  readonly #statusText = h("p", { class: "status-text visually-hidden", role: "status" });
  readonly #screenReaderText = h("p", { class: "visually-hidden", role: "status" });
  readonly #count = h("span", { "data-testid": "peer-count" }, "0");
  readonly #countUnit = h("span", {}, " others");
  readonly #notice = new Notice(() => {
    this.#main.focus({ preventScroll: true });
  });
  readonly #toast = h("p", { class: "toast", role: "status", "aria-live": "polite" });
  #announcementTimer: ReturnType<typeof setTimeout> | undefined;
  #link = "";

  constructor() {
    const countPill = h(
      "p",
      { class: "pill pill-count" },
      this.#count,
      this.#countUnit,
      h("span", { class: "wide-only" }, " here"),
    );
    const copy = copyLinkButton(
      "Copy link",
      () => this.#link,
      (text) => {
        this.announce(text);
      },
    );
    const bar = h(
      "header",
      { class: "bar" },
      h("h1", { class: "brand" }, h("span", { class: "mark" }, ...Array.from("SIG", flagFor)), "sig meeting"),
      h("div", { class: "bar-place" }, this.#room, copy),
      h("div", { class: "bar-state" }, countPill, this.#statusPill),
    );
    this.element = h(
      "div",
      { class: "shell" },
      bar,
      this.#statusText,
      this.#screenReaderText,
      this.#notice.element,
      // Below the notice, so that it covers neither the notice nor the status text.
      h("div", { class: "toast-anchor" }, this.#toast),
      this.#main,
    );
    this.setRoom(undefined);
  }

  /** Replaces the view. */
  show(view: HTMLElement): void {
    const isFirst = this.#main.childElementCount === 0;
    this.#main.replaceChildren(view);
    // The focused element is gone: keyboard and screen reader continue at the top of the new view.
    if (!isFirst) this.#main.focus({ preventScroll: true });
  }

  /** Shows the room, or the lobby for `undefined`. */
  setRoom(room: string | undefined): void {
    this.element.dataset.place = room === undefined ? "lobby" : "meeting";
    this.#room.textContent = room ?? "";
    if (room !== undefined) this.#link = inviteLink(location.href, room);
    document.title = room === undefined ? "sig meeting" : `${room} · sig meeting`;
  }

  setState(state: ManagerState): void {
    this.#status.textContent = state;
    this.#statusWords.textContent = managerWords[state];
    this.#statusPill.dataset.state = state;
    this.#statusPill.title = managerTexts[state];
    this.#statusText.textContent = managerTexts[state];
    // Screen readers get every state; the others need more than two words for this one.
    this.#statusText.classList.toggle("visually-hidden", state !== "reconnecting");
  }

  /** Shows the number of other people in the room. */
  setPeerCount(count: number): void {
    this.#count.textContent = String(count);
    this.#countUnit.textContent = count === 1 ? " other" : " others";
  }

  /** Shows a problem and its actions until it is closed, replaced or cleared. */
  showNotice(text: string, actions: readonly NoticeAction[] = []): void {
    this.#notice.show(text, actions);
  }

  clearNotice(): void {
    this.#notice.clear();
  }

  /** For a change that everybody else sees. */
  notifyScreenReaders(text: string): void {
    this.#screenReaderText.textContent = text;
  }

  /** Shows a short text for four seconds, for eyes and screen readers. */
  announce(text: string): void {
    clearTimeout(this.#announcementTimer);
    this.#toast.textContent = text;
    this.#announcementTimer = setTimeout(() => {
      this.#toast.textContent = "";
    }, announcementMs);
  }
}
