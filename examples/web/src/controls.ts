import { Toggle } from "./button.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

export interface ControlsOptions {
  readonly mute: Toggle;
  readonly camera: Toggle;
  readonly onScreen: () => void;
  readonly onPanel: () => void;
  readonly onLeave: () => void;
}

/** The row of buttons below the meeting. */
export class Controls {
  readonly element: HTMLElement;
  readonly screen: Toggle;
  readonly panel: Toggle;
  readonly #unread = h("span", { class: "badge", hidden: true });

  constructor({ mute, camera, onScreen, onPanel, onLeave }: ControlsOptions) {
    this.screen = new Toggle({
      testId: "screen",
      label: "Share screen",
      icons: { off: "screen", on: "screen" },
      key: "s",
      onPress: onScreen,
    });
    // Phones have no screen sharing: a button that cannot work is none.
    this.screen.element.hidden = !("mediaDevices" in navigator) || !("getDisplayMedia" in navigator.mediaDevices);
    this.panel = new Toggle({ testId: "panel", label: "Chat", icons: { off: "chat", on: "chat" }, onPress: onPanel });
    this.panel.element.title = "People and chat";
    this.panel.element.append(this.#unread);
    const leave = h(
      "button",
      { type: "button", class: "control leave", "data-testid": "leave", title: "Leave the meeting" },
      h("span", { class: "control-icon" }, icon("leave")),
      h("span", { class: "control-label" }, "Leave"),
    );
    leave.addEventListener("click", onLeave);
    this.element = h(
      "div",
      { class: "controls", role: "toolbar", "aria-label": "Meeting" },
      mute.element,
      camera.element,
      this.screen.element,
      this.panel.element,
      leave,
    );
  }

  setUnread(count: number): void {
    this.#unread.hidden = count === 0;
    this.#unread.replaceChildren(
      count > 99 ? "99+" : String(count),
      h("span", { class: "visually-hidden" }, " unread"),
    );
  }
}
