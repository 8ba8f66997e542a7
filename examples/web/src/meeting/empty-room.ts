import { inviteLink } from "../page-options.js";
import { copyLinkButton } from "../ui/copy-button.js";
import { h } from "../ui/dom.js";

/** The hint for a person who is alone in a room: the link to invite others. */
export function emptyRoomHint(room: string, announce: (text: string) => void): HTMLElement {
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
    h("h2", {}, "You are the only one here"),
    h("p", {}, "Send this link to the people you want to meet. All they need is a browser."),
    h("div", { class: "hint-row" }, address, copy),
  );
}
