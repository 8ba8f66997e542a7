import type { PeerState } from "@sig/client";
import type { Participant } from "../call/call.js";
import { readProfile, type Profile } from "../call/profile.js";
import { peerWords } from "../texts.js";
import { h } from "../ui/dom.js";
import { labeledIcon, type IconName } from "../ui/icons.js";

interface Person extends Profile {
  readonly state: PeerState | "you";
  readonly away: boolean;
}

/** The list of the people in the room. */
export class People {
  readonly element: HTMLElement;
  readonly #heading = h("h2", {});
  readonly #list = h("ul", { "data-testid": "people" });

  constructor() {
    this.element = h("section", { class: "people", "aria-label": "People" }, this.#heading, this.#list);
  }

  show(you: Profile, others: Iterable<Participant>): void {
    const people: Person[] = [
      { ...you, state: "you", away: false },
      ...Array.from(others, ({ metadata, state, presence }) => ({
        ...readProfile(metadata),
        state,
        away: presence === "away",
      })),
    ];
    this.#heading.textContent = people.length === 1 ? "Only you are here" : `${String(people.length)} people here`;
    this.#list.replaceChildren(...people.map(listItem));
  }
}

function listItem({ name, muted, camera, state, away }: Person): HTMLElement {
  const signs = h("span", { class: "person-signs" });
  if (muted) signs.append(sign("micOff", "muted"));
  if (!camera) signs.append(sign("cameraOff", "camera off"));
  const words = state === "you" ? "" : peerWords[state];
  return h(
    "li",
    { class: "person" },
    h("span", { class: "person-lamp", "data-state": state, "aria-hidden": "true" }),
    h(
      "span",
      { class: "person-who" },
      h("span", { class: "person-name", dir: "auto" }, name),
      state === "you" ? " (you)" : "",
    ),
    h("span", { class: "person-state" }, away ? "away" : words),
    signs,
  );
}

function sign(name: IconName, label: string): HTMLElement {
  return labeledIcon(name, label, { title: label });
}
