import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { Chat } from "./chat.js";
import { People } from "./people.js";

/** Wide enough for a column beside the stage. The style sheet has the same number. */
const wideScreen = "(min-width: 900px)";

export interface PanelOptions {
  readonly onSend: (text: string) => void;
  /** Runs when the panel opens or closes, and when a message arrives while it is closed. */
  readonly onChange: () => void;
  /** Placed below the list of people. */
  readonly report: HTMLElement;
}

/** People and chat: a column beside the stage, or a sheet over it on a phone. */
export class Panel {
  readonly element: HTMLElement;
  readonly people = new People();
  readonly #chat: Chat;
  readonly #onChange: () => void;
  readonly #listeners = new AbortController();
  #unread = 0;

  constructor({ onSend, onChange, report }: PanelOptions) {
    this.#onChange = onChange;
    this.#chat = new Chat(onSend);
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
      this.toggle();
    });
    this.people.element.append(report);
    this.element = h("aside", { class: "panel" }, close, this.people.element, this.#chat.element);
    const screen = matchMedia(wideScreen);
    this.element.hidden = !screen.matches;
    screen.addEventListener(
      "change",
      () => {
        // A column that turns into a sheet would cover the meeting.
        this.#setOpen(screen.matches);
      },
      { signal: this.#listeners.signal },
    );
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** The number of messages that arrived while the panel was closed. */
  get unread(): number {
    return this.#unread;
  }

  toggle(): void {
    this.#setOpen(!this.isOpen);
    if (this.isOpen) this.#chat.focus();
  }

  addMessage(author: string, text: string, isOwn: boolean): void {
    this.#chat.add(author, text, isOwn);
    if (this.isOpen) return;
    this.#unread += 1;
    this.#onChange();
  }

  dispose(): void {
    this.#listeners.abort();
  }

  #setOpen(open: boolean): void {
    this.element.hidden = !open;
    if (open) this.#unread = 0;
    this.#onChange();
  }
}
