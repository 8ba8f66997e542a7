import { button, listenForEscape } from "./buttons.js";
import { h } from "./dom.js";

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

/** A problem and what the person can do about it, above the view. */
export class Notice {
  readonly element: HTMLElement;
  readonly #text = h("p", { "data-testid": "error" });
  readonly #actions = h("div", { class: "notice-actions" });

  readonly #returnFocus: () => void;

  /** `returnFocus` runs when the notice is closed with the focus in it. */
  constructor(returnFocus: () => void) {
    this.#returnFocus = returnFocus;
    this.element = h("div", { class: "notice", role: "alert", hidden: true }, this.#text, this.#actions);
    listenForEscape(() => {
      if (this.element.hidden) return false;
      this.clear();
      return true;
    });
  }

  show(text: string, actions: readonly NoticeAction[]): void {
    this.#text.textContent = text;
    const close: NoticeAction = { label: "Close", run: () => undefined };
    this.#actions.replaceChildren(
      ...[...actions, close].map(({ label, run }) =>
        button(label, () => {
          this.clear();
          run();
        }),
      ),
    );
    this.element.hidden = false;
  }

  clear(): void {
    if (this.element.contains(document.activeElement)) this.#returnFocus();
    this.element.hidden = true;
    this.#text.textContent = "";
    this.#actions.replaceChildren();
  }
}
