import { type Core } from "./core.js";
import { type Membership } from "./membership.js";
import { leave } from "./presence.js";
import { entryOf } from "./roster/local-view.js";

/**
 * Takes a member out of a full room that is away: a page that crashed would hold its place until its grace time ends,
 * also against its own reload, which has a new key. A member of the newcomer's own user goes first; others go only if
 * the application allows it. Of several it is the one that has been away for longest.
 *
 * @param user that of the newcomer
 * @returns whether there was one
 */
export function evictAway(core: Core, roomName: string, user: string | undefined): boolean {
  const away = [...(core.rooms.get(roomName)?.held.values() ?? [])].filter(
    ({ connection }) => connection === undefined,
  );
  const ownAway = away.filter((membership) => user !== undefined && entryOf(membership)?.user === user);
  const evicted = longestAway(ownAway) ?? (core.settings.evictAway ? longestAway(away) : undefined);
  if (evicted === undefined) return false;
  leave(core, evicted, "lost");
  return true;
}

function longestAway([first, ...others]: readonly Membership[]): Membership | undefined {
  return others.reduce((one, other) => (one !== undefined && one.awaySince <= other.awaySince ? one : other), first);
}
