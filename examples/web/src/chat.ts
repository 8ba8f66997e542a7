import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Longest text of one message, in code units; the schema of the messages says the same. */
const maxText = 2000;
/** The log keeps this many messages: a meeting may go on for hours. */
const maxMessages = 500;

/** The log and the line to write in. `onSend` may throw to refuse: then the text stays where it was. */
export class Chat {
  readonly element: HTMLElement;
  readonly #log = h("ol", {
    class: "chat-log",
    "data-testid": "chat-log",
    role: "log",
    "aria-live": "polite",
    "aria-label": "Messages",
    tabindex: 0,
  });
  readonly #input = h("input", {
    class: "chat-input",
    "data-testid": "chat-input",
    "aria-label": "Message to everyone",
    placeholder: "Message to everyone",
    maxlength: maxText,
    autocomplete: "off",
  });

  constructor(onSend: (text: string) => void) {
    const send = h(
      "button",
      {
        type: "submit",
        class: "button icon-button",
        "data-testid": "chat-send",
        "aria-label": "Send",
        title: "Send (Enter)",
      },
      icon("send"),
    );
    const form = h("form", { class: "chat-form" }, this.#input, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (text === "") return;
      onSend(text);
      this.#input.value = "";
    });
    const note = h("p", { class: "chat-note" }, "Only those who are here now can read what you write.");
    this.element = h(
      "section",
      { class: "chat", "aria-label": "Chat" },
      h("div", { class: "chat-scroll" }, note, this.#log),
      form,
    );
  }

  add(who: string, text: string, isOwn: boolean): void {
    const now = new Date();
    const time = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const head = h(
      "p",
      { class: "message-head" },
      h("strong", {}, who),
      " ",
      h("time", { datetime: now.toISOString() }, time),
    );
    const follows = this.#log.lastElementChild instanceof HTMLElement && this.#log.lastElementChild.dataset.who === who;
    const classes = ["message", isOwn && "own", follows && "follows"].filter(Boolean).join(" ");
    this.#log.append(h("li", { class: classes, "data-who": who }, head, h("p", { class: "message-text" }, text)));
    if (this.#log.childElementCount > maxMessages) this.#log.firstElementChild?.remove();
    this.#log.parentElement?.scrollTo({ top: this.#log.parentElement.scrollHeight });
  }

  focus(): void {
    this.#input.focus();
  }
}
