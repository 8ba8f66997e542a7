import type { Participant } from "./call.js";
import { h } from "./dom.js";
import { connectionWords } from "./words.js";

/** How often what is shown of the reasons is looked up anew: there are seconds in it. */
const refreshMs = 1000;

/** How one is connected with somebody, in words, and behind "why?" the reasons. */
export class Connection {
  readonly element: HTMLDetailsElement;
  readonly #peer: Participant;
  readonly #words = h("span", { class: "connection-words", "data-testid": "connection-words" });
  readonly #reasons = h("ul", { class: "connection-reasons", "data-testid": "reasons" });
  #refreshing: ReturnType<typeof setInterval> | undefined;

  constructor(peer: Participant) {
    this.#peer = peer;
    const summary = h(
      "summary",
      { title: "Why it is so" },
      this.#words,
      h("span", { class: "connection-why" }, "why?"),
    );
    this.element = h("details", { class: "connection", "data-testid": "connection" }, summary, this.#reasons);
    this.element.addEventListener("toggle", () => {
      this.#follow();
    });
    peer.on("state", () => {
      this.show(undefined);
    });
    peer.on("recovery", ({ step }) => {
      this.show(step);
    });
    this.show(undefined);
  }

  /** `step` of the repair of a path, where one was taken. */
  show(step: Parameters<typeof connectionWords>[1]): void {
    const { state } = this.#peer;
    this.#words.textContent = connectionWords(state, step);
    void this.#explain();
    if (state === "closed") this.#stop();
  }

  #follow(): void {
    this.#stop();
    if (!this.element.open) return;
    void this.#explain();
    this.#refreshing = setInterval(() => {
      void this.#explain();
    }, refreshMs);
  }

  #stop(): void {
    clearInterval(this.#refreshing);
  }

  async #explain(): Promise<void> {
    if (!this.element.open) return;
    const sentences = await this.#peer.explain();
    this.#reasons.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }
}
