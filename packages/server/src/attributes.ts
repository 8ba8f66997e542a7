import { type Json } from "@sig/protocol";
import { announce } from "./announcements.js";
import { type Core } from "./core.js";
import { attributesProblem, copyJson } from "./grant.js";
import { after, type MaybePromise } from "./maybe-promise.js";
import { type Membership } from "./membership.js";
import { askNode } from "./nodes/ask-node.js";
import { findMembers } from "./nodes/find-members.js";
import { changeEntry, entryOf } from "./roster/local-view.js";
import { sameJson } from "./same-json.js";

/** See `Signaling.setAttributes`. */
export function setAttributes(core: Core, room: string, peerId: string, attributes: Json): MaybePromise<boolean> {
  const problem =
    (attributes as unknown) === undefined
      ? "setAttributes: attributes are missing; null removes what is there."
      : attributesProblem("setAttributes: attributes", attributes, core.settings.limits);
  if (problem !== undefined) throw new TypeError(problem);
  const copied = copyJson(attributes);
  const membership = core.rooms.get(room)?.held.get(peerId);
  if (membership !== undefined) {
    changeAttributes(core, membership, copied);
    return true;
  }
  return after(findMembers(core, room), (members) => {
    const node = members.find(({ id }) => id === peerId)?.node;
    if (node !== undefined) askNode(core, node, { kind: "attributes", room, id: peerId, attributes: copied });
    return node !== undefined;
  });
}

/** Changes what the application says of a member, and notifies all peers with a key, the member itself included. */
export function changeAttributes(core: Core, membership: Membership, attributes: Json): void {
  const entry = entryOf(membership);
  if (entry === undefined || sameJson(entry.attributes, attributes)) return;
  const { room, id } = membership;
  changeEntry(core, membership, { attributes });
  announce(core, room, undefined, "attributes", { id, room: room.name, attributes });
}
