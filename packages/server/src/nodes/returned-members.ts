import { type Core } from "../core.js";
import { describe } from "../describe.js";
import { describePeers } from "../enter-room.js";
import { type Membership } from "../membership.js";
import { entryOf } from "../roster/local-view.js";
import { type RosterEntry } from "../roster/roster.js";

/**
 * Members of this node are in the store again, after the others had taken this node for dead and had notified their
 * members of an exit: they are members anew, for the application and for those.
 */
export function applyReturn(core: Core, name: string, ids: readonly string[]): void {
  const room = core.rooms.get(name);
  for (const id of ids) {
    const membership = room?.held.get(id);
    const entry = membership && entryOf(membership);
    if (membership === undefined || entry === undefined) continue;
    if (entry.keyed) renewLegacyClients(core, membership, entry);
    else introduceAgain(core, membership, entry);
    core.counters.joins += 1;
    core.log.info("peer joined", { room: name, peer: id, kind: "returned" });
    core.events.emit("peerJoined", { room: name, peer: describe(membership, entry) });
  }
}

/**
 * A legacy client has not noticed that the members of other nodes have dropped it, and they wait for its offer as for
 * that of any newcomer. So they leave it, and it finds them as a newcomer does. It stays connected with the members of
 * this node, which have not dropped it.
 */
function introduceAgain(core: Core, { room }: Membership, entry: RosterEntry): void {
  const elsewhere = [...room.members.values()].filter(({ node }) => node !== core.node);
  const peers = describePeers(entry, elsewhere);
  if (peers.length === 0) return;
  for (const { id } of peers) core.router.deliver(entry, "exit", { from: id, room: room.name });
  core.router.deliver(entry, "created", { id: entry.id, room: room.name, peers });
}

/**
 * The same for a client with a key: it repairs its connections with others of its kind, but legacy clients have closed
 * theirs, and wait for the offer of a newcomer.
 */
function renewLegacyClients(core: Core, { room }: Membership, entry: RosterEntry): void {
  for (const { id, keyed, node } of room.members.values()) {
    if (keyed || node === core.node) continue;
    core.router.deliver(entry, "exit", { from: id, room: room.name, reason: "lost" });
    core.router.deliver(entry, "joined", { id, room: room.name });
  }
}
