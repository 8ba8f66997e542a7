import { type Core } from "./core.js";
import { type Membership } from "./membership.js";
import { leave } from "./presence.js";

/**
 * Takes the member out of a full room that has been away for longest: a page that crashed would hold its place until
 * its grace time ends, also against its own reload, which has a new key.
 *
 * @returns whether there was one
 */
export function evictAway(core: Core, roomName: string): boolean {
  const away = [...(core.rooms.get(roomName)?.held.values() ?? [])].filter(
    ({ connection }) => connection === undefined,
  );
  const [first, ...others] = away;
  if (first === undefined) return false;
  const longest = others.reduce<Membership>((one, other) => (other.awayAt < one.awayAt ? other : one), first);
  leave(core, longest, "lost");
  return true;
}
