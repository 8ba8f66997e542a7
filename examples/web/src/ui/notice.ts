import { button } from "./buttons.js";
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

  constructor() {
    this.element = h("div", { class: "notice", role: "alert", hidden: true }, this.#text, this.#actions);
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
    this.element.hidden = true;
    this.#text.textContent = "";
    this.#actions.replaceChildren();
  }
}
