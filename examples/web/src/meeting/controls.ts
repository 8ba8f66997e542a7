import { controlButton, Toggle } from "../ui/buttons.js";
import { h } from "../ui/dom.js";

export interface ControlsOptions {
  readonly mute: Toggle;
  readonly camera: Toggle;
  readonly onScreen: () => void;
  readonly onPanel: () => void;
  readonly onLeave: () => void;
}

/** The toolbar of the meeting. */
export class Controls {
  readonly element: HTMLElement;
  readonly screen: Toggle;
  readonly #panel: Toggle;
  readonly #unread = h("span", { class: "badge", hidden: true });

  constructor({ mute, camera, onScreen, onPanel, onLeave }: ControlsOptions) {
    this.screen = new Toggle({
      testId: "screen",
      label: "Share screen",
      icons: { off: "screen", on: "screen" },
      key: "s",
      onPress: onScreen,
    });
    // Phones cannot share a screen.
    this.screen.element.hidden = !("mediaDevices" in navigator) || !("getDisplayMedia" in navigator.mediaDevices);
    this.#panel = new Toggle({
      testId: "panel",
      label: "Chat",
      icons: { off: "chat", on: "chat" },
      controls: "panel",
      onPress: onPanel,
    });
    this.#panel.element.title = "People and chat";
    this.#panel.element.append(this.#unread);
    const leave = controlButton("leave", "Leave", onLeave, {
      class: "leave",
      "data-testid": "leave",
      title: "Leave the meeting",
    });
    this.element = h(
      "div",
      { class: "controls", role: "group", "aria-label": "Controls" },
      mute.element,
      camera.element,
      this.screen.element,
      this.#panel.element,
      leave,
    );
  }

  focusPanel(): void {
    this.#panel.element.focus();
  }

  /** Shows whether the panel is open, and a number of unread messages. */
  setPanel(isOpen: boolean, unread: number): void {
    this.#panel.pressed = isOpen;
    this.#unread.hidden = unread === 0;
    this.#unread.replaceChildren(
      unread > 99 ? "99+" : String(unread),
      h("span", { class: "visually-hidden" }, " unread"),
    );
  }
}
