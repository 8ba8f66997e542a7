import { rejection } from "@sig/protocol";
import { type Core } from "./core.js";
import { printable } from "./logger.js";
import { isPromiseLike } from "./maybe-promise.js";
import { findMembers } from "./nodes/find-members.js";
import { kickElsewhere } from "./nodes/kick-elsewhere.js";
import { pendingJoin, type PendingJoin } from "./pending-join.js";
import { wholeNumber } from "./option-checks.js";
import { dismiss } from "./presence.js";
import { rejections } from "./rejections.js";
import { type RosterEntry } from "./roster/roster.js";

/** How a peer is kicked. */
export interface KickOptions {
  /** Reaches the peer, cut to 256 characters. Default: none. */
  readonly reason?: string | undefined;
  /**
   * Milliseconds for which the id, or the user, stays banned, also after the room is empty; at most 10,000 such bans of
   * each kind are remembered. Default: as long as the room has members.
   */
  readonly banMs?: number | undefined;
}

interface Kick {
  readonly core: Core;
  readonly room: string;
  readonly message: string | undefined;
  readonly banMs: number | undefined;
}

/** See `Signaling.kick`. */
export async function kick(
  core: Core,
  room: string,
  who: string | { readonly user: string },
  options: string | KickOptions = {},
): Promise<boolean | number> {
  const { reason, banMs } = typeof options === "string" ? { reason: options, banMs: undefined } : options;
  if (banMs !== undefined) wholeNumber("banMs", banMs, 1, Number.MAX_SAFE_INTEGER);
  const message = typeof reason === "string" ? printable(reason, 256) : undefined;
  const how: Kick = { core, room, message, banMs };
  return typeof who === "string" ? kickPeer(how, who) : kickUser(how, who);
}

async function kickPeer(how: Kick, id: string): Promise<boolean> {
  const joins = pendingJoins(how).filter((join) => join.id === id);
  const found = findMembers(how.core, how.room);
  const members = isPromiseLike(found) ? await found : found;
  const entry = members.find((member) => member.id === id);
  if (joins.length === 0 && entry === undefined) return false;
  await remove(how, id, joins, entry);
  return true;
}

/** An empty user would stand for all peers that have none. */
async function kickUser(how: Kick, who: { readonly user: string }): Promise<number> {
  const { user } = Object(who) as { user?: unknown };
  if (typeof user !== "string" || user === "")
    throw new TypeError('kick: name the id of a peer, or { user: "…" } with a user that authorize has granted.');
  const { core, room, banMs } = how;
  const found = findMembers(core, room);
  const members = new Map((isPromiseLike(found) ? await found : found).map((entry) => [entry.id, entry]));
  const joins = pendingJoins(how).filter((join) => join.user === user);
  const ids = new Set([...members.values(), ...joins].filter((one) => one.user === user).map(({ id }) => id));
  if (banMs !== undefined || core.rooms.has(room)) core.userBans.add(room, user, banMs);
  const banned = (async () => core.shared?.banUser(room, user, banMs))();
  const removals = Array.from(ids, async (id) =>
    remove(
      how,
      id,
      joins.filter((join) => join.id === id),
      members.get(id),
    ),
  );
  await Promise.all([banned, ...removals]);
  return ids.size;
}

/**
 * Nothing may come between the ban and the removal, and the ban goes first: it needs the room. The peer goes even if
 * the roster cannot ban it.
 */
async function remove(
  { core, room, message, banMs }: Kick,
  id: string,
  joins: readonly PendingJoin[],
  entry: RosterEntry | undefined,
): Promise<void> {
  const banned = (async () => core.settings.roster.ban(room, id, banMs))();
  for (const join of joins) join.cancel(message === undefined ? rejections.kicked : rejection("KICKED", message));
  const membership = core.rooms.get(room)?.held.get(id);
  if (membership !== undefined) dismiss(core, membership, "kicked", message);
  const { shared } = core;
  if (shared === undefined) {
    await banned;
    return;
  }
  // It may have gone to another node before it was banned.
  const rest = membership === undefined ? entry : banned.then(() => shared.find(room, id));
  const removed = (async () => {
    const found = await rest;
    if (found !== undefined) await kickElsewhere(core, shared, room, found, message);
  })();
  await Promise.all([banned, removed]);
}

/** The joins to the room that wait for the application or the roster. */
function pendingJoins({ core, room }: Kick): PendingJoin[] {
  return [...core.connections.values()]
    .map((connection) => pendingJoin(connection, room))
    .filter((join) => join !== undefined);
}
