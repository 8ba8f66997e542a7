import { h } from "./dom.js";
import { icon, type IconName } from "./icons.js";

export interface CopyButtonOptions {
  readonly testId: string;
  readonly label: string;
  readonly title: string;
  readonly icon: IconName;
  /** Called when the button is pressed. */
  readonly text: () => string;
  /** The announcement after the text was copied. */
  readonly done: string;
  readonly announce: (text: string) => void;
}

const checkMarkMs = 2000;

/** A button that copies a text. Where the browser forbids that, it shows the text to copy by hand. */
export function copyButton(options: CopyButtonOptions): HTMLButtonElement {
  const sign = h("span", { class: "control-icon" }, icon(options.icon));
  const element = h(
    "button",
    { type: "button", class: "button copy", "data-testid": options.testId, title: options.title },
    sign,
    h("span", { class: "copy-label" }, options.label),
  );
  element.addEventListener("click", () => {
    void copy(options.text()).then((copied) => {
      if (!copied) return;
      options.announce(options.done);
      sign.replaceChildren(icon("check"));
      setTimeout(() => {
        sign.replaceChildren(icon(options.icon));
      }, checkMarkMs);
    });
  });
  return element;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    window.prompt("Copy this:", text);
    return false;
  }
}

/** A button that copies the link to a room. */
export function copyLinkButton(label: string, link: () => string, announce: (text: string) => void): HTMLButtonElement {
  return copyButton({
    testId: "copy-link",
    label,
    title: "Copy the link to this room",
    icon: "link",
    text: link,
    done: "Link copied. Send it to the people you want to meet.",
    announce,
  });
}
