import { type RosterPeer } from "@sig/protocol";
import { type PeerInfo } from "./application-events.js";
import { type Core } from "./core.js";
import { type Membership } from "./membership.js";
import { type RosterEntry } from "./roster/roster.js";

/** A member of this node as the application sees it. */
export function describe({ room, connection }: Membership, entry: RosterEntry): PeerInfo {
  return describeEntry(room.name, entry, connection?.socket.id);
}

/**
 * A member as the application sees it. Of a member of this node the local view is the truth: it changes before the
 * roster does.
 */
export function describeListed({ rooms }: Core, room: string, entry: RosterEntry): PeerInfo {
  const membership = rooms.get(room)?.held.get(entry.id);
  const local = membership?.room.members.get(entry.id);
  return membership === undefined || local === undefined ? describeEntry(room, entry) : describe(membership, local);
}

function describeEntry(room: string, entry: RosterEntry, socketId?: string): PeerInfo {
  const { id, keyed, state, metadata, capabilities, user, attributes, joinedAt } = entry;
  return {
    id,
    keyed,
    state,
    room,
    joinedAt: joinedAt ?? 0,
    ...(metadata !== undefined && { metadata }),
    ...(capabilities !== undefined && { capabilities }),
    ...(user !== undefined && { user }),
    ...(attributes !== undefined && { attributes }),
    ...(socketId !== undefined && { socketId }),
  };
}

/**
 * What other peers with a key receive of a member, without what is absent. Nothing is copied: a large room is described
 * to everybody who joins it.
 */
export function describeToPeers({
  metadata,
  attributes,
  capabilities,
  features,
}: RosterEntry): Omit<RosterPeer, "id" | "state"> {
  return {
    ...(metadata !== undefined && { metadata }),
    ...(attributes !== undefined && { attributes }),
    ...(capabilities !== undefined && { capabilities }),
    ...(features !== undefined && features.length > 0 && { features: features as string[] }),
  };
}
