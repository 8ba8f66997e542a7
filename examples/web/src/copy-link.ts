import { h } from "./dom.js";
import { icon } from "./icons.js";

/** A button that copies an address and says so; where the browser does not allow it, it shows the address to be copied by hand. */
export class CopyLink {
  readonly element: HTMLButtonElement;
  link = "";
  readonly #label: HTMLElement;

  constructor(label: string, announce: (text: string) => void) {
    this.#label = h("span", {}, label);
    const picture = h("span", { class: "control-icon" }, icon("link"));
    this.element = h("button", { type: "button", class: "button copy", "data-testid": "copy-link", title: "Copy the link to this room" }, picture, this.#label);
    this.element.addEventListener("click", () => {
      void this.#copy().then((copied) => {
        if (!copied) return;
        announce("Link copied. Send it to whom you want to see.");
        picture.replaceChildren(icon("check"));
        setTimeout(() => {
          picture.replaceChildren(icon("link"));
        }, 2000);
      });
    });
  }

  async #copy(): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(this.link);
      return true;
    } catch {
      window.prompt("Copy this link:", this.link);
      return false;
    }
  }
}
