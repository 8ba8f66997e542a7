import { h, isTyping } from "./dom.js";
import { icon, type IconName } from "./icons.js";

export interface ToggleOptions {
  readonly testId: string;
  readonly label: string;
  readonly icons: { readonly off: IconName; readonly on: IconName };
  /** One letter that presses it while nobody is typing. */
  readonly key?: string;
  readonly onPress: () => void;
}

/** A button that is pressed or not. Its label says what being pressed means, and stays as it is. */
export class Toggle {
  readonly element: HTMLButtonElement;
  readonly #icons: ToggleOptions["icons"];

  constructor({ testId, label, icons, key, onPress }: ToggleOptions) {
    this.#icons = icons;
    const hint = key === undefined ? label : `${label} (${key.toUpperCase()})`;
    this.element = h(
      "button",
      {
        type: "button",
        class: "control",
        "data-testid": testId,
        title: hint,
        "aria-pressed": "false",
        "aria-keyshortcuts": key,
      },
      h("span", { class: "control-icon" }, icon(icons.off)),
      h("span", { class: "control-label" }, label),
    );
    this.element.addEventListener("click", onPress);
  }

  get pressed(): boolean {
    return this.element.getAttribute("aria-pressed") === "true";
  }

  set pressed(pressed: boolean) {
    if (pressed === this.pressed) return;
    this.element.setAttribute("aria-pressed", String(pressed));
    this.element.querySelector(".control-icon")?.replaceChildren(icon(this.#icons[pressed ? "on" : "off"]));
  }
}

/** Presses the toggles by their keys until the signal is aborted. */
export function listenForKeys(toggles: Readonly<Record<string, Toggle>>, signal: AbortSignal): void {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
      toggles[event.key.toLowerCase()]?.element.click();
    },
    { signal },
  );
}

/** A button of the plain kind. */
export function button(
  label: string,
  onClick: () => void,
  attributes: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  const element = h("button", { type: "button", class: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}
