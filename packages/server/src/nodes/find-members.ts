import { type Core } from "../core.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { listMembers } from "../roster/local-view.js";
import { type RosterEntry } from "../roster/roster.js";

/** The members of a room on all nodes; at once where this node has a view of it. */
export function findMembers(core: Core, name: string): MaybePromise<readonly RosterEntry[]> {
  const room = core.rooms.get(name);
  if (room !== undefined) return [...room.members.values()];
  if (core.shared === undefined) return [];
  return after(listMembers(core, name), (members) => members ?? []);
}
