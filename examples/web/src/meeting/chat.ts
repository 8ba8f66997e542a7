import { maxChatLength } from "../call/call.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { MessageLog } from "./message-log.js";

export interface ChatOptions {
  /** When it throws, the text stays in the input. */
  readonly onSend: (text: string) => void;
  /** Runs when the number of unread messages changes. */
  readonly onUnread: () => void;
}

/** The message log and the input below it. */
export class Chat {
  readonly element: HTMLElement;
  readonly log: MessageLog;
  readonly #input = h("input", {
    class: "chat-input",
    "data-testid": "chat-input",
    "aria-label": "Message to everyone",
    placeholder: "Message to everyone",
    maxlength: maxChatLength,
    autocomplete: "off",
    dir: "auto",
  });

  constructor({ onSend, onUnread }: ChatOptions) {
    this.log = new MessageLog(onUnread);
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
    this.element = h("section", { class: "chat", "aria-label": "Chat" }, this.log.element, form);
  }

  focus(): void {
    this.#input.focus();
  }
}
