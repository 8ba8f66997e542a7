import { h } from "./dom.js";
import { icon, type IconName } from "./icons.js";

export interface CopyButtonOptions {
  readonly testId: string;
  readonly label: string;
  readonly title: string;
  readonly icon: IconName;
  /** Asked for when the button is pressed. */
  readonly text: () => string;
  /** Said once it is copied. */
  readonly done: string;
  readonly announce: (text: string) => void;
}

/** A button that copies a text and says so; where the browser does not allow it, it shows the text to be copied by hand. */
export function copyButton({
  testId,
  label,
  title,
  icon: name,
  text,
  done,
  announce,
}: CopyButtonOptions): HTMLButtonElement {
  const picture = h("span", { class: "control-icon" }, icon(name));
  const element = h(
    "button",
    { type: "button", class: "button copy", "data-testid": testId, title },
    picture,
    h("span", {}, label),
  );
  element.addEventListener("click", () => {
    void copy(text()).then((copied) => {
      if (!copied) return;
      announce(done);
      picture.replaceChildren(icon("check"));
      setTimeout(() => {
        picture.replaceChildren(icon(name));
      }, 2000);
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

/** Copies an address that leads into a room. */
export function copyLinkButton(label: string, link: () => string, announce: (text: string) => void): HTMLButtonElement {
  return copyButton({
    testId: "copy-link",
    label,
    title: "Copy the link to this room",
    icon: "link",
    text: link,
    done: "Link copied. Send it to whom you want to see.",
    announce,
  });
}
