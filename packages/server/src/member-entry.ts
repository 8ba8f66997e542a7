import { type Json } from "@sig/protocol";
import { attempt, type Core } from "./core.js";
import { sharedFeatures } from "./feature-lists.js";
import { type Grant } from "./grant.js";
import { type IceServersPayload } from "./ice-servers.js";
import { type Admission, type RosterEntry } from "./roster/roster.js";
import { sameJson } from "./same-json.js";
import { type Join } from "./welcome.js";

/** What the application has decided about a join. */
export interface Admitted {
  readonly grant: Grant;
  readonly metadata: Json | undefined;
  readonly ice: IceServersPayload | undefined;
}

/**
 * The entry of a peer that joins.
 * @param known what the roster has of it: a peer that comes back keeps what it does not send anew
 */
export function memberEntry(
  { core, connection, pending, payload }: Join,
  { grant, metadata }: Admitted,
  known: RosterEntry | undefined,
): RosterEntry {
  const { user = known?.user, attributes = known?.attributes } = grant;
  return {
    id: pending.id,
    keyed: payload.key !== undefined,
    state: "online",
    metadata: metadata === undefined ? known?.metadata : metadata,
    capabilities: payload.capabilities ?? known?.capabilities,
    features: payload.features === undefined ? known?.features : sharedFeatures(payload.features),
    user,
    attributes,
    joinedAt: known?.joinedAt ?? core.settings.epochMs(),
    session: connection.id,
    ...(core.node !== undefined && { node: core.node }),
  };
}

/** The entry after it was added: another node may have changed that of the same peer since the roster was asked. */
export function settleEntry(
  join: Join,
  admitted: Admitted,
  added: RosterEntry,
  { previous }: Extract<Admission, { ok: true }>,
): RosterEntry {
  const { core } = join;
  if (core.shared === undefined || previous === undefined) return added;
  const entry = memberEntry(join, admitted, previous);
  if (!sameJson(entry, added)) storeEntry(core, join.payload.room, entry);
  return entry;
}

function storeEntry(core: Core, room: string, entry: RosterEntry): void {
  const { id, session, metadata, capabilities, features, user, attributes, joinedAt } = entry;
  const changes = { metadata, capabilities, features, user, attributes, joinedAt };
  attempt(core, "roster", () => core.settings.roster.update(room, id, session, changes));
}
