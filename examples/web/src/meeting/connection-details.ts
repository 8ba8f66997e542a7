import type { Participant } from "../call/call.js";
import { connectionText } from "../texts.js";
import { h } from "../ui/dom.js";

/** The sentences of `explain()` contain seconds: while they are visible, they are refreshed. */
const refreshMs = 1000;

/** The state of the connection with one peer, and behind "why?" the sentences of `peer.explain()`. */
export class ConnectionDetails {
  readonly element: HTMLDetailsElement;
  readonly #peer: Participant;
  readonly #state = h("span", { "data-testid": "connection-words" });
  readonly #reasons = h("ul", { class: "connection-reasons", "data-testid": "reasons" });
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(peer: Participant) {
    this.#peer = peer;
    const summary = h("summary", { title: "Show why" }, this.#state, h("span", { class: "connection-why" }, "why?"));
    this.element = h("details", { class: "connection", "data-testid": "connection" }, summary, this.#reasons);
    this.element.addEventListener("toggle", () => {
      this.#refresh();
    });
    peer.on("state", () => {
      this.#show();
    });
    peer.on("recovery", ({ step }) => {
      this.#show(step);
    });
    this.#show();
  }

  #show(step?: Parameters<typeof connectionText>[1]): void {
    const { state } = this.#peer;
    this.#state.textContent = connectionText(state, step);
    void this.#explain();
    if (state === "closed") clearInterval(this.#timer);
  }

  #refresh(): void {
    clearInterval(this.#timer);
    if (!this.element.open) return;
    void this.#explain();
    this.#timer = setInterval(() => {
      void this.#explain();
    }, refreshMs);
  }

  async #explain(): Promise<void> {
    if (!this.element.open) return;
    const sentences = await this.#peer.explain();
    this.#reasons.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }
}
