import type { PeerState } from "@sig/client";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import type { Profile } from "./profile.js";

export interface Person extends Profile {
  readonly state: PeerState | "you";
  readonly away: boolean;
}

/** Who is here, as a list. */
export class People {
  readonly element: HTMLElement;
  readonly #heading = h("h2", {});
  readonly #list = h("ul", { class: "people-list", "data-testid": "people" });

  constructor() {
    this.element = h("section", { class: "people", "aria-label": "Who is here" }, this.#heading, this.#list);
  }

  show(people: readonly Person[]): void {
    this.#heading.textContent = people.length === 1 ? "Only you are here" : `${String(people.length)} people here`;
    this.#list.replaceChildren(...people.map(line));
  }
}

function line({ name, muted, camera, state, away }: Person): HTMLElement {
  const signs = h("span", { class: "person-signs" });
  if (muted) signs.append(sign("micOff", "muted"));
  if (!camera) signs.append(sign("cameraOff", "camera off"));
  const words = away ? "away" : state === "connected" || state === "you" ? "" : state;
  return h(
    "li",
    { class: "person" },
    h("span", { class: "person-lamp", "data-state": state, "aria-hidden": "true" }),
    h("span", { class: "person-name" }, state === "you" ? `${name} (you)` : name),
    h("span", { class: "person-state" }, words),
    signs,
  );
}

function sign(name: "micOff" | "cameraOff", words: string): HTMLElement {
  return h("span", { title: words }, icon(name), h("span", { class: "visually-hidden" }, words));
}
