import { type Json } from "@sig/protocol";
import { announceAttributes } from "./announcements.js";
import { attempt, type Core } from "./core.js";
import { attributesProblem, copyJson } from "./grant.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { type Membership } from "./membership.js";
import { askNode } from "./nodes/ask-node.js";
import { findMembers } from "./nodes/find-members.js";
import { entryOf } from "./roster/local-view.js";
import { type RosterEntry } from "./roster/roster.js";
import { type SharedRoster } from "./roster/shared-roster.js";
import { sameJson } from "./same-json.js";

/** See `Signaling.setAttributes`. */
export function setAttributes(core: Core, room: string, peerId: string, attributes: Json): MaybePromise<boolean> {
  const problem =
    (attributes as unknown) === undefined
      ? "setAttributes: attributes are missing; null removes what is there."
      : attributesProblem("setAttributes: attributes", attributes, core.settings.limits);
  if (problem !== undefined) throw new TypeError(problem);
  const copied = copyJson(attributes);
  if (core.shared !== undefined) return setOnNodes(core, core.shared, room, peerId, copied);
  const membership = core.rooms.get(room)?.held.get(peerId);
  if (membership === undefined) return false;
  changeAttributes(core, membership, copied);
  return true;
}

/** A member that goes from node to node all the time is given up. */
const maxRounds = 4;

/**
 * Changes the attributes of a member in the store that the nodes share, whichever of them holds it and whether that one
 * is alive: everybody is notified by the store, and has them once they are there.
 */
async function setOnNodes(
  core: Core,
  roster: SharedRoster,
  room: string,
  id: string,
  attributes: Json,
): Promise<boolean> {
  const found = findMembers(core, room);
  const members = isPromiseLike(found) ? await found : found;
  let entry = members.find((member) => member.id === id);
  for (let round = 0; entry !== undefined && round < maxRounds; round += 1) {
    const membership = core.rooms.get(room)?.held.get(id);
    if (membership !== undefined) announceChange(core, membership, attributes);
    const { session, node } = (membership && entryOf(membership)) ?? entry;
    if (await roster.update(room, id, session, { attributes })) {
      if (membership === undefined && node !== undefined)
        askNode(core, node, { kind: "attributes", room, id, attributes, isStored: true });
      return true;
    }
    entry = await roster.find(room, id);
  }
  return false;
}

/** Changes what the application says of a member, and notifies all peers with a key, the member itself included. */
export function changeAttributes(core: Core, membership: Membership, attributes: Json): void {
  const changed = announceChange(core, membership, attributes);
  if (changed === undefined) return;
  const { id, session } = changed;
  attempt(core, "roster", () => core.settings.roster.update(membership.room.name, id, session, { attributes }));
}

/** The same here alone. Returns the changed entry; nothing if it has these attributes. */
function announceChange(core: Core, membership: Membership, attributes: Json): RosterEntry | undefined {
  const { room, id } = membership;
  const entry = entryOf(membership);
  if (entry === undefined || sameJson(entry.attributes, attributes)) return undefined;
  const changed = { ...entry, attributes };
  room.members.set(id, changed);
  announceAttributes(core, room, entry, changed);
  return changed;
}
