import { rejection } from "@sig/protocol";
import { type Core } from "./core.js";
import { printable } from "./logger.js";
import { type MaybePromise } from "./maybe-promise.js";
import { type PendingJoin } from "./pending-join.js";
import { wholeNumber } from "./option-checks.js";
import { dismiss } from "./presence.js";
import { rejections } from "./rejections.js";

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
  if (joins.length === 0 && !isMember(how, id)) return false;
  await remove(how, id, joins);
  return true;
}

/** An empty user would stand for all peers that have none. */
async function kickUser(how: Kick, who: { readonly user: string }): Promise<number> {
  const { user } = Object(who) as { user?: unknown };
  if (typeof user !== "string" || user === "")
    throw new TypeError('kick: name the id of a peer, or { user: "…" } with a user that authorize has granted.');
  const { core, room, banMs } = how;
  const joins = pendingJoins(how).filter((join) => join.user === user);
  const members = [...(core.rooms.get(room)?.members.values() ?? [])].filter((entry) => entry.user === user);
  const ids = new Set([...members, ...joins].map(({ id }) => id));
  if (banMs !== undefined || core.rooms.has(room)) core.userBans.add(room, user, banMs);
  const removals = Array.from(ids, (id) => ({ id, joins: joins.filter((join) => join.id === id) }));
  await Promise.all(removals.map(async (removal) => remove(how, removal.id, removal.joins)));
  return ids.size;
}

/** Nothing may come between the ban and the removal, and the ban goes first: it needs the room. */
function remove({ core, room, message, banMs }: Kick, id: string, joins: readonly PendingJoin[]): MaybePromise<void> {
  const banned = core.settings.roster.ban(room, id, banMs);
  for (const join of joins) join.cancel(message === undefined ? rejections.kicked : rejection("KICKED", message));
  const membership = core.rooms.get(room)?.held.get(id);
  if (membership !== undefined) dismiss(core, membership, "kicked", message);
  return banned;
}

function isMember({ core, room }: Kick, id: string): boolean {
  return core.rooms.get(room)?.held.has(id) === true;
}

/** The joins to the room that wait for the application or the roster. */
function pendingJoins({ core, room }: Kick): PendingJoin[] {
  return [...core.connections.values()]
    .map((connection) => connection.pendingJoins.get(room))
    .filter((join) => join !== undefined);
}
