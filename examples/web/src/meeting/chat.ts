import { maxChatLength } from "../call/call.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

/** The log keeps this many messages: a meeting can last for hours. */
const maxLogLength = 500;

/** The message log and the input below it. When `onSend` throws, the text stays in the input. */
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
    maxlength: maxChatLength,
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
    const note = h("p", { class: "chat-note" }, "Only the people who are here now can read your messages.");
    this.element = h(
      "section",
      { class: "chat", "aria-label": "Chat" },
      h("div", { class: "chat-scroll" }, note, this.#log),
      form,
    );
  }

  add(author: string, text: string, isOwn: boolean): void {
    const now = new Date();
    const head = h(
      "p",
      { class: "message-head" },
      h("strong", {}, author),
      " ",
      h("time", { datetime: now.toISOString() }, now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
    );
    const last = this.#log.lastElementChild;
    const isContinued = last instanceof HTMLElement && last.dataset.author === author;
    const classes = ["message", isOwn && "own", isContinued && "continued"].filter(Boolean).join(" ");
    this.#log.append(h("li", { class: classes, "data-author": author }, head, h("p", { class: "message-text" }, text)));
    if (this.#log.childElementCount > maxLogLength) this.#log.firstElementChild?.remove();
    this.#log.parentElement?.scrollTo({ top: this.#log.parentElement.scrollHeight });
  }

  focus(): void {
    this.#input.focus();
  }
}
