import { preflight, SignalingError } from "@sig/client";
import { openSocket } from "../call/socket.js";
import { errorText, noAnswerText } from "../texts.js";
import { button } from "../ui/buttons.js";
import { h } from "../ui/dom.js";

/** A button that checks, before a call, whether this network allows calls, and lists the results. */
export class ConnectionCheck {
  readonly element: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #results = h("ul", { class: "check-sentences", "data-testid": "check-sentences" });
  readonly #abort = new AbortController();

  constructor() {
    this.#button = button("Check my connection", () => void this.#check(), { "data-testid": "check" });
    this.element = h("div", { class: "check" }, this.#button, h("div", { "aria-live": "polite" }, this.#results));
  }

  /** Aborts a check that is in progress. */
  dispose(): void {
    this.#abort.abort();
  }

  async #check(): Promise<void> {
    this.#button.disabled = true;
    this.#button.textContent = "Checking…";
    this.#results.replaceChildren();
    const sentences = await this.#run();
    this.#results.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
    this.#button.textContent = "Check again";
    this.#button.disabled = false;
  }

  async #run(): Promise<readonly string[]> {
    const socket = openSocket();
    try {
      return (await preflight(socket, { signal: this.#abort.signal })).sentences;
    } catch (error) {
      // The code of the check is loaded when it is needed: without the server that fails before the check can start.
      return [error instanceof SignalingError ? errorText(error) : noAnswerText];
    } finally {
      socket.disconnect();
    }
  }
}
