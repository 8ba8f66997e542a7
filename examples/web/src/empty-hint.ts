import { copyLinkButton } from "./copy-button.js";
import { h } from "./dom.js";
import { inviteLink } from "./url.js";

/** What a person who is alone in a room can do about it. */
export function emptyHint(room: string, announce: (text: string) => void): HTMLElement {
  const link = inviteLink(location.href, room);
  const copy = copyLinkButton("Copy the link", () => link, announce);
  copy.classList.add("primary");
  const address = h("input", { class: "hint-link", readonly: true, value: link, "aria-label": "Link to this room" });
  address.addEventListener("focus", () => {
    address.select();
  });
  return h(
    "article",
    { class: "tile hint", "data-testid": "empty-hint" },
    h("h2", {}, "You are the first one here"),
    h("p", {}, "Send this link to whom you want to see. They need a browser and nothing else."),
    h("div", { class: "hint-row" }, address, copy),
  );
}
