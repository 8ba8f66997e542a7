import type { ManagerState } from "@sig/client";
import { button } from "./button.js";
import { h } from "./dom.js";
import { flagFor } from "./flags.js";
import { inviteLink } from "./url.js";
import { copyLinkButton } from "./copy-button.js";
import { managerWords } from "./words.js";

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

/** What stays on the page all the time: the bar with the state of things, and the place for problems. */
export class Shell {
  readonly element: HTMLElement;
  readonly #main = h("main", { class: "main", tabindex: -1 });
  readonly #room = h("span", { class: "bar-room" });
  #link = "";
  readonly #status = h("span", { "data-testid": "status" }, "idle");
  readonly #statusPill = h(
    "p",
    { class: "pill", "data-state": "idle" },
    h("span", { class: "pill-lamp", "aria-hidden": "true" }),
    this.#status,
  );
  readonly #statusWords = h("p", { class: "status-words", role: "status" });
  readonly #count = h("span", { "data-testid": "peer-count" }, "0");
  readonly #countWords = h("span", {}, " others");
  readonly #countPill = h(
    "p",
    { class: "pill pill-count" },
    this.#count,
    this.#countWords,
    h("span", { class: "roomy" }, " here"),
  );
  readonly #error = h("p", { "data-testid": "error" });
  readonly #actions = h("div", { class: "notice-actions" });
  readonly #notice = h("div", { class: "notice", role: "alert", hidden: true }, this.#error, this.#actions);
  readonly #announcer = h("p", { class: "toast", role: "status", "aria-live": "polite" });
  #announced: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const mark = h("span", { class: "mark" }, ...Array.from("SIG", flagFor));
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
      h("h1", { class: "brand" }, mark, "sig meeting"),
      h("div", { class: "bar-place" }, this.#room, copy),
      h("div", { class: "bar-state" }, this.#countPill, this.#statusPill),
    );
    this.element = h("div", { class: "shell" }, bar, this.#statusWords, this.#notice, this.#main, this.#announcer);
    this.setRoom(undefined);
  }

  show(view: HTMLElement): void {
    const isFirst = this.#main.childElementCount === 0;
    this.#main.replaceChildren(view);
    // What had the focus is gone: whoever reads or steps by keys goes on at the top of the new view.
    if (!isFirst) this.#main.focus({ preventScroll: true });
  }

  /** The room one is in, or `undefined` in the lobby. */
  setRoom(room: string | undefined): void {
    this.element.dataset.place = room === undefined ? "lobby" : "meeting";
    this.#room.textContent = room ?? "";
    if (room !== undefined) this.#link = inviteLink(location.href, room);
    document.title = room === undefined ? "sig meeting" : `${room} · sig meeting`;
  }

  setState(state: ManagerState): void {
    this.#status.textContent = state;
    this.#statusPill.dataset.state = state;
    this.#statusPill.title = managerWords[state];
    this.#statusWords.textContent = managerWords[state];
    this.element.dataset.state = state;
  }

  setPeerCount(count: number): void {
    this.#count.textContent = String(count);
    this.#countWords.textContent = count === 1 ? " other" : " others";
  }

  /** Says what is wrong and what can be done, until the next call of this or of `clearNotice`. */
  showNotice(sentence: string, actions: readonly NoticeAction[] = []): void {
    this.#error.textContent = sentence;
    const close: NoticeAction = { label: "Close", run: () => undefined };
    this.#actions.replaceChildren(
      ...[...actions, close].map(({ label, run }) =>
        button(label, () => {
          this.clearNotice();
          run();
        }),
      ),
    );
    this.#notice.hidden = false;
  }

  clearNotice(): void {
    this.#notice.hidden = true;
    this.#error.textContent = "";
    this.#actions.replaceChildren();
  }

  /** A short word that passes, for eyes and for screen readers. */
  announce(text: string): void {
    clearTimeout(this.#announced);
    this.#announcer.textContent = text;
    this.#announced = setTimeout(() => {
      this.#announcer.textContent = "";
    }, 4000);
  }
}
