import { Chat } from "./chat.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { People } from "./people.js";

/** Wide enough for a stage and a column beside it; as in the style sheet. */
const wide = "(min-width: 900px)";

/** People and chat: a column beside the stage, or on a phone a sheet over it. */
export class Panel {
  readonly element: HTMLElement;
  readonly people = new People();
  readonly chat: Chat;
  readonly #onToggle: (open: boolean) => void;
  readonly #listening = new AbortController();

  /** `report` stands below the people. */
  constructor(onSend: (text: string) => void, onToggle: (open: boolean) => void, report: HTMLElement) {
    this.#onToggle = onToggle;
    this.chat = new Chat(onSend);
    const close = h(
      "button",
      {
        type: "button",
        class: "button icon-button panel-close",
        "aria-label": "Close people and chat",
        title: "Close",
      },
      icon("close"),
    );
    close.addEventListener("click", () => {
      this.toggle(false);
    });
    this.people.element.append(report);
    this.element = h("aside", { class: "panel" }, close, this.people.element, this.chat.element);
    const width = matchMedia(wide);
    this.element.hidden = !width.matches;
    // A column that becomes a sheet would hide the meeting.
    const follow = (): void => {
      this.#show(width.matches);
    };
    width.addEventListener("change", follow, { signal: this.#listening.signal });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  toggle(open: boolean): void {
    this.#show(open);
    if (open) this.chat.focus();
  }

  dispose(): void {
    this.#listening.abort();
  }

  #show(open: boolean): void {
    this.element.hidden = !open;
    this.#onToggle(open);
  }
}
