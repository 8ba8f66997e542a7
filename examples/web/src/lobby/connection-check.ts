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
  #running: AbortController | undefined;

  constructor() {
    this.#button = button(
      "Check my connection",
      () => {
        if (this.#running === undefined) void this.#check();
        else this.#running.abort();
      },
      { "data-testid": "check" },
    );
    this.element = h("div", { class: "check" }, this.#button, h("div", { "aria-live": "polite" }, this.#results));
  }

  /** Aborts a check that is in progress. */
  dispose(): void {
    this.#running?.abort();
  }

  async #check(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#button.textContent = "Stop checking";
    this.#show(["Checking…"]);
    const sentences = await this.#run(running.signal);
    this.#running = undefined;
    this.#button.textContent = "Check again";
    this.#show(running.signal.aborted ? [] : sentences);
  }

  async #run(signal: AbortSignal): Promise<readonly string[]> {
    const socket = openSocket();
    try {
      return (await preflight(socket, { signal })).sentences;
    } catch (error) {
      // The code of the check is loaded when it is needed: without the server that fails before the check can start.
      return [error instanceof SignalingError ? errorText(error) : noAnswerText];
    } finally {
      socket.disconnect();
    }
  }

  #show(sentences: readonly string[]): void {
    this.#results.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }
}
