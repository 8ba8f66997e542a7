import { preflight } from "@sig/client";
import { button } from "./button.js";
import { h } from "./dom.js";
import { openSocket } from "./socket.js";
import { errorSentence } from "./words.js";

/** A button that tries, before a call, whether calls work from here, and says so in sentences. */
export class ConnectionCheck {
  readonly element: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #sentences = h("ul", { class: "check-sentences", "data-testid": "check-sentences" });
  readonly #ended = new AbortController();

  constructor() {
    this.#button = button("Check my connection", () => void this.#check(), { "data-testid": "check" });
    this.element = h("div", { class: "check" }, this.#button, h("div", { "aria-live": "polite" }, this.#sentences));
  }

  /** Whatever is under way ends unsaid. */
  dispose(): void {
    this.#ended.abort();
  }

  async #check(): Promise<void> {
    this.#button.disabled = true;
    this.#button.textContent = "Checking…";
    this.#sentences.replaceChildren();
    const sentences = await this.#ask();
    this.#sentences.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
    this.#button.textContent = "Check again";
    this.#button.disabled = false;
  }

  async #ask(): Promise<readonly string[]> {
    const socket = openSocket();
    try {
      return (await preflight(socket, { signal: this.#ended.signal })).sentences;
    } catch (error) {
      return [errorSentence(error)];
    } finally {
      socket.disconnect();
    }
  }
}
