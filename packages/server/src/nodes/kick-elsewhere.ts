import { type Core } from "../core.js";
import { dismiss, reportLeftElsewhere } from "../presence.js";
import { type RosterEntry } from "../roster/roster.js";
import { type SharedRoster } from "../roster/shared-roster.js";
import { askNode } from "./ask-node.js";

/** A member that goes from node to node meanwhile is banned: it cannot join again. */
const maxRounds = 4;

/**
 * Removes a member that another node holds. That node is asked first, since only it can notify the member. Then the
 * entry is removed from the store in any case: the node may be dead, frozen or cut off, or hold the member no more.
 * Whoever removes the entry emits `peerLeft`.
 *
 * @param found its entry, as this node knows it
 * @returns resolves when the store has the member no more
 */
export async function kickElsewhere(
  core: Core,
  roster: SharedRoster,
  room: string,
  found: RosterEntry,
  message: string | undefined,
): Promise<void> {
  const { id } = found;
  /** This node has adopted the member meanwhile, or it has come here. */
  const dismissHere = (): boolean => {
    const membership = core.rooms.get(room)?.held.get(id);
    if (membership !== undefined) dismiss(core, membership, "kicked", message);
    return membership !== undefined;
  };
  let entry: RosterEntry | undefined = found;
  for (let round = 0; entry !== undefined && round < maxRounds; round += 1) {
    const { node, session }: RosterEntry = entry;
    // A join of this node that is under way is rejected.
    if (dismissHere() || node === undefined || node === core.node) return;
    await core.questions.ask((question) =>
      askNode(core, node, { kind: "kick", room, id, message, answerTo: { node: roster.node, question } }),
    );
    if (dismissHere()) return;
    if (await roster.remove(room, id, session, "kicked")) {
      reportLeftElsewhere(core, room, entry, "kicked");
      return;
    }
    entry = await roster.find(room, id);
  }
}
