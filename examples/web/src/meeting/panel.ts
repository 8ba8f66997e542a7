import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { Chat } from "./chat.js";
import { People } from "./people.js";

/** Wide enough for a column beside the stage. The style sheet has the same number. */
const wideScreen = "(min-width: 900px)";

export interface PanelOptions {
  readonly onSend: (text: string) => void;
  /** Runs when the panel opens or closes, and when the number of unread messages changes. */
  readonly onChange: () => void;
  /** Runs when the panel closes with the focus in it. */
  readonly returnFocus: () => void;
  /** Placed below the list of people. */
  readonly report: HTMLElement;
}

/** People and chat: a column beside the stage, or a sheet over it on a phone. */
export class Panel {
  readonly element: HTMLElement;
  readonly people = new People();
  readonly #chat: Chat;
  readonly #close: HTMLButtonElement;
  readonly #onChange: () => void;
  readonly #returnFocus: () => void;
  readonly #screen = matchMedia(wideScreen);
  readonly #listeners = new AbortController();

  constructor({ onSend, onChange, returnFocus, report }: PanelOptions) {
    this.#onChange = onChange;
    this.#returnFocus = returnFocus;
    this.#chat = new Chat({ onSend, onUnread: onChange });
    this.#close = h(
      "button",
      {
        type: "button",
        class: "button icon-button panel-close",
        "aria-label": "Close people and chat",
        title: "Close (Esc)",
      },
      icon("close"),
    );
    this.#close.addEventListener("click", () => {
      this.close();
    });
    this.people.element.append(report);
    this.element = h(
      "aside",
      { class: "panel", id: "panel", "aria-label": "People and chat" },
      this.#close,
      this.people.element,
      this.#chat.element,
    );
    this.element.hidden = !this.#screen.matches;
    this.#screen.addEventListener(
      "change",
      () => {
        // A column that turns into a sheet would cover the meeting.
        this.#setOpen(this.#screen.matches);
      },
      { signal: this.#listeners.signal },
    );
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Whether it covers the stage. */
  get isSheet(): boolean {
    return this.isOpen && !this.#screen.matches;
  }

  /** The number of messages that were not on the screen yet. */
  get unread(): number {
    return this.#chat.log.unread;
  }

  open(): void {
    this.#setOpen(true);
    // On a phone, the focus in the input would open a keyboard over the messages.
    if (this.isSheet) this.#close.focus();
    else this.#chat.focus();
  }

  close(): void {
    this.#setOpen(false);
  }

  addMessage(author: string, text: string, isOwn: boolean): void {
    this.#chat.log.add(author, text, isOwn);
  }

  dispose(): void {
    this.#listeners.abort();
  }

  #setOpen(open: boolean): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = !open;
    this.#onChange();
    if (hadFocus && !open) this.#returnFocus();
  }
}
