import { attempt, type Core } from "../core.js";
import { closeIfEmpty } from "../roster/local-view.js";
import { type Admission, type RosterEntry } from "../roster/roster.js";
import { adoptEntry, applyRemoval, syncRoom } from "./room-changes.js";

/**
 * Ends a join that has taken a member over from another node, and that could not be completed. The other node has
 * notified its socket already: the member is away here now, as if its connection had been lost right after the join, or
 * has left.
 *
 * @param mayComeBack whether the connection was lost, or the peer tries again
 */
export function undoTakeover(
  core: Core,
  name: string,
  entry: RosterEntry,
  { members = [] }: Extract<Admission, { ok: true }>,
  mayComeBack: boolean,
): void {
  const { id, session, keyed } = entry;
  const { roster } = core.settings;
  const room = syncRoom(core, { room: name, members });
  if (mayComeBack && keyed && core.settings.graceMs > 0) {
    adoptEntry(core, room, { ...entry, state: "away" });
    attempt(core, "roster", () => roster.update(name, id, session, { state: "away" }));
    return;
  }
  applyRemoval(core, room, id, "left");
  closeIfEmpty(core, room);
  attempt(core, "roster", () => roster.remove(name, id, session));
}
