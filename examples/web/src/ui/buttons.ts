import { h, isTyping } from "./dom.js";
import { icon, type IconName } from "./icons.js";

export interface ToggleOptions {
  readonly testId: string;
  readonly label: string;
  readonly icons: { readonly off: IconName; readonly on: IconName };
  /** A letter that presses the button, except while the person is typing. */
  readonly key?: string;
  /** The id of an element that the button shows while it is pressed. */
  readonly controls?: string;
  readonly onPress: () => void;
}

/** A button that is pressed or not. The label describes the pressed state and does not change. */
export class Toggle {
  readonly element: HTMLButtonElement;
  readonly #icons: ToggleOptions["icons"];
  readonly #state: "aria-pressed" | "aria-expanded";

  constructor({ testId, label, icons, key, controls, onPress }: ToggleOptions) {
    this.#icons = icons;
    this.#state = controls === undefined ? "aria-pressed" : "aria-expanded";
    this.element = controlButton(icons.off, label, onPress, {
      "data-testid": testId,
      title: key === undefined ? label : `${label} (${key.toUpperCase()})`,
      [this.#state]: "false",
      "aria-controls": controls,
      "aria-keyshortcuts": key,
    });
  }

  get pressed(): boolean {
    return this.element.getAttribute(this.#state) === "true";
  }

  set pressed(pressed: boolean) {
    if (pressed === this.pressed) return;
    this.element.setAttribute(this.#state, String(pressed));
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

/**
 * Calls `close` when Escape is pressed, also in a field, until the signal is aborted. Where it returns true, it has
 * closed something, and whatever listens after it is not called.
 */
export function listenForEscape(close: () => boolean, signal?: AbortSignal): void {
  document.addEventListener(
    "keydown",
    (event) => {
      // While a word is composed, Escape belongs to the input method.
      if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
      if (close()) event.preventDefault();
    },
    { signal },
  );
}

type ButtonAttributes = Readonly<Record<string, string | undefined>>;

/** A large button of the toolbar, with an icon above its label. */
export function controlButton(
  name: IconName,
  label: string,
  onClick: () => void,
  { class: extraClass = "", ...attributes }: ButtonAttributes,
): HTMLButtonElement {
  const element = h(
    "button",
    { type: "button", class: `control ${extraClass}`.trim(), ...attributes },
    h("span", { class: "control-icon" }, icon(name)),
    h("span", { class: "control-label" }, label),
  );
  element.addEventListener("click", onClick);
  return element;
}

/** A button with a text. */
export function button(label: string, onClick: () => void, attributes: ButtonAttributes = {}): HTMLButtonElement {
  const element = h("button", { type: "button", class: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}
