import { attempt, type Core } from "../core.js";
import { after } from "../maybe-promise.js";
import { reportLeftElsewhere } from "../presence.js";
import { closeIfEmpty, removeFromRoster } from "../roster/local-view.js";
import { type Admission, type RosterEntry } from "../roster/roster.js";
import { adoptEntry, applyRemoval, syncRoom } from "./room-changes.js";

/**
 * Ends a join that has taken a member over from another node, and that could not be completed. The other node has
 * notified its socket already: the member is away here now, as if its connection had been lost right after the join, or
 * has left.
 *
 * @param becomes `away` if the connection was lost, or the peer tries again
 */
export function undoTakeover(
  core: Core,
  name: string,
  entry: RosterEntry,
  { previous, members = [] }: Extract<Admission, { ok: true }>,
  becomes: "away" | "left" | "kicked",
): void {
  const { id, session, keyed } = entry;
  const { roster } = core.settings;
  const room = syncRoom(core, { room: name, members });
  if (becomes === "away" && keyed && core.settings.graceMs > 0) {
    adoptEntry(core, room, { ...entry, state: "away" });
    attempt(core, "roster", () => roster.update(name, id, session, { state: "away" }));
    return;
  }
  const reason = becomes === "kicked" ? "kicked" : "left";
  applyRemoval(core, room, id, reason);
  closeIfEmpty(core, room);
  attempt(core, "roster", () =>
    after(removeFromRoster(core, name, entry, reason), (isRemoved) => {
      if (isRemoved) reportLeftElsewhere(core, name, previous ?? entry, reason);
    }),
  );
}
