import { button } from "../ui/buttons.js";
import { h } from "../ui/dom.js";

/** The log keeps this many messages: a meeting can last for hours. */
const maxLength = 500;
/** A reader this close to the end reads the newest message. CSS pixels. */
const endTolerance = 24;

/**
 * The messages. It opens at the first unread one, or at the newest. New ones scroll only for a reader of the newest:
 * for all others a button counts them, and leads to the newest.
 */
export class MessageLog {
  readonly element: HTMLElement;
  readonly #list = h("ol", { class: "chat-log", "data-testid": "chat-log" });
  readonly #scroll: HTMLElement;
  readonly #newest: HTMLButtonElement;
  readonly #onUnread: () => void;
  #firstUnread: HTMLElement | undefined;
  #unread = 0;
  #readsNewest = true;
  #width = 0;
  #height = 0;

  /** `onUnread` runs when the number of unread messages changes. */
  constructor(onUnread: () => void) {
    this.#onUnread = onUnread;
    const note = h("p", { class: "chat-note" }, "Only the people who are here now can read your messages.");
    this.#scroll = h(
      "div",
      { class: "chat-scroll", role: "log", "aria-live": "polite", "aria-label": "Messages", tabindex: 0 },
      note,
      this.#list,
    );
    this.#newest = button(
      "",
      () => {
        this.#scroll.focus({ preventScroll: true });
        this.#showNewest();
      },
      { class: "button chat-newest", "data-testid": "chat-newest" },
    );
    this.element = h("div", { class: "chat-messages" }, this.#scroll, this.#newest);
    this.#scroll.addEventListener("scroll", () => {
      // The browser scrolls, too, when the size changes. The reader has not.
      const { clientWidth, clientHeight } = this.#scroll;
      if (clientWidth === this.#width && clientHeight === this.#height) this.#noteReader();
    });
    new ResizeObserver(() => {
      this.#resize();
    }).observe(this.#scroll);
    this.#newest.hidden = true;
  }

  /** The number of messages that the reader has not come to yet. */
  get unread(): number {
    return this.#unread;
  }

  /** Appends a message. One's own is always shown. */
  add(author: string, text: string, isOwn: boolean): void {
    const isRead = isOwn || (this.#isVisible && this.#readsNewest);
    const message = messageElement(author, text, isOwn, this.#list.lastElementChild);
    this.#list.append(message);
    if (this.#list.childElementCount > maxLength) this.#list.firstElementChild?.remove();
    if (isRead) this.#showNewest();
    else {
      this.#firstUnread ??= message;
      this.#setUnread(this.#unread + 1);
    }
  }

  get #isVisible(): boolean {
    return this.#scroll.clientHeight > 0;
  }

  /** Also runs when the log becomes visible or hidden. Hidden, it has no size, and forgets where the reader was. */
  #resize(): void {
    ({ clientWidth: this.#width, clientHeight: this.#height } = this.#scroll);
    if (!this.#isVisible) this.#readsNewest = true;
    else if (!this.#readsNewest) return;
    else if (this.#firstUnread === undefined) this.#showNewest();
    else this.#showFirstUnread(this.#firstUnread);
  }

  #showNewest(): void {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#noteReader();
  }

  #showFirstUnread(message: HTMLElement): void {
    this.#scroll.scrollTop = message.offsetTop;
    this.#noteReader();
  }

  #noteReader(): void {
    if (!this.#isVisible) return;
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    this.#readsNewest = scrollHeight - scrollTop - clientHeight < endTolerance;
    if (!this.#readsNewest || this.#unread === 0) return;
    this.#firstUnread = undefined;
    this.#setUnread(0);
  }

  #setUnread(count: number): void {
    this.#unread = count;
    this.#newest.hidden = count === 0;
    this.#newest.textContent = count === 1 ? "1 new message" : `${String(count)} new messages`;
    this.#onUnread();
  }
}

function messageElement(author: string, text: string, isOwn: boolean, last: Element | null): HTMLElement {
  const now = new Date();
  const head = h(
    "p",
    { class: "message-head" },
    h("strong", { dir: "auto" }, author),
    " ",
    h("time", { datetime: now.toISOString() }, now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
  );
  const isContinued = last instanceof HTMLElement && last.dataset.author === author;
  const classes = ["message", isOwn && "own", isContinued && "continued"].filter(Boolean).join(" ");
  return h("li", { class: classes, "data-author": author }, head, h("p", { class: "message-text", dir: "auto" }, text));
}
