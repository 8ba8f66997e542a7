import { type ServerInput } from "@sig/protocol";
import { announce, announceAttributes, announceJoined, announceReturn, sendExit } from "./announcements.js";
import { type Core } from "./core.js";
import { describe, describeToPeers } from "./describe.js";
import { type IceServersPayload } from "./ice-servers.js";
import { awaySinceJoins, type Connection, type Membership } from "./membership.js";
import { syncRoom } from "./nodes/room-changes.js";
import { beginMembership, entryOf, openRoom } from "./roster/local-view.js";
import { type Admission, type RosterEntry } from "./roster/roster.js";
import { sameJson } from "./same-json.js";

/** A membership that has begun, or was given back, and that is not announced yet. */
export interface Entrance {
  readonly membership: Membership;
  readonly entry: RosterEntry;
  readonly kind: "new" | "from-away" | "taken-over" | "repeated";
  /** Whether the membership begins. For the members of this node a member is new too of which they knew nothing. */
  readonly begins: boolean;
  /** The value of the room's `joins` when it went away; absent if it was online. */
  readonly awayAt: number | undefined;
  readonly metadataChanged: boolean;
  /** What the members of this node knew of it; absent if nothing. */
  readonly previous: RosterEntry | undefined;
}

/** The features of this server. */
const serverFeatures = ["waiting", "notices", "drain", "offer-with-join", "bundles"] as const;

/**
 * Makes a connection the holder of a membership that the roster has admitted.
 * @param admission where several nodes share the roster, it has what this node does not know yet
 */
export function enterRoom(
  core: Core,
  connection: Connection,
  roomName: string,
  entry: RosterEntry,
  { previous: listed, members }: Extract<Admission, { ok: true }>,
): Entrance {
  const { id } = entry;
  const known = core.rooms.get(roomName);
  const room =
    members === undefined ? (known ?? openRoom(core, roomName)) : syncRoom(core, { room: roomName, members });
  const held = room.held.get(id);
  // What the members of this node know of it.
  const previous = room === known || members === undefined ? room.members.get(id) : listed;
  const kind = held === undefined ? kindOfArrival(previous) : kindOfReturn(held, connection);
  if (held !== undefined && kind === "taken-over") replaceHolder(core, held);
  const awayAt = held === undefined ? room.awayElsewhere?.get(id) : awaySinceJoins(held);
  room.awayElsewhere?.delete(id);
  const membership = held ?? beginMembership(room, id);
  membership.cancelGrace?.();
  membership.cancelGrace = undefined;
  membership.connection = connection;
  membership.leavingAt = undefined;
  room.members.set(id, entry);
  connection.memberships.add(membership);
  return {
    membership,
    entry,
    kind,
    // What the store has of this node's own has ended here: its removal is on the way.
    begins: held === undefined && (listed === undefined ? kind === "new" : listed.node === core.node),
    awayAt,
    metadataChanged: previous !== undefined && !sameJson(previous.metadata, entry.metadata),
    previous,
  };
}

/** Notifies the other members, and the application. */
export function announceEntrance(core: Core, entrance: Entrance): void {
  const { membership, entry, kind, begins, awayAt, metadataChanged, previous } = entrance;
  const { room, id } = membership;
  if (kind === "new") announceJoined(core, room, entry);
  if (kind === "from-away" || kind === "taken-over") announceReturn(core, room, { id, awayAt });
  if (metadataChanged) announce(core, room, id, "metadata", { id, room: room.name, metadata: entry.metadata });
  if (previous !== undefined) announceAttributes(core, room, previous, entry, id);
  core.log.info(begins ? "peer joined" : "peer back", { room: room.name, peer: id, kind });
  if (kind === "repeated") return;
  if (begins) core.counters.joins += 1;
  else core.counters.returns += 1;
  const event = begins ? "peerJoined" : "peerBack";
  if (core.events.has(event)) core.events.emit(event, { room: room.name, peer: describe(membership, entry) });
}

/** The room as `created` describes it to a member: a legacy client receives the fields of the base protocol. */
export function describeRoom(
  core: Core,
  { membership, entry, kind }: Entrance,
  members: readonly RosterEntry[],
  ice: IceServersPayload | undefined,
): ServerInput<"created"> {
  const { id } = entry;
  const room = membership.room.name;
  const peers = describePeers(entry, members);
  if (!entry.keyed) return { id, room, peers };
  const { expiresAt } = membership;
  return {
    id,
    room,
    peers,
    ...ice,
    ...(kind !== "new" && { resumed: true }),
    ...(entry.attributes !== undefined && { attributes: entry.attributes }),
    // More than 0, though the end may have come while the roster listed the room.
    ...(expiresAt !== undefined && { expiresIn: Math.max(expiresAt - core.settings.epochMs(), 1) / 1000 }),
    features: [...serverFeatures],
  };
}

/** The others in the room, as `created` lists them. */
export function describePeers(
  { id, keyed }: RosterEntry,
  members: Iterable<RosterEntry>,
): ServerInput<"created">["peers"] {
  const others = Array.from(members).filter((member) => member.id !== id);
  if (keyed) return others.map((member) => ({ id: member.id, state: member.state, ...describeToPeers(member) }));
  return others.filter(({ state }) => state === "online").map((member) => ({ id: member.id }));
}

/** A member of another node, or nobody's. */
function kindOfArrival(previous: RosterEntry | undefined): Entrance["kind"] {
  if (previous === undefined) return "new";
  return previous.state === "away" ? "from-away" : "taken-over";
}

function kindOfReturn(membership: Membership, connection: Connection): Entrance["kind"] {
  if (membership.connection === undefined) return "from-away";
  return membership.connection === connection ? "repeated" : "taken-over";
}

/**
 * The newest connection with a key has the membership. The one before it is notified and can do nothing in it any more.
 */
function replaceHolder(core: Core, membership: Membership): void {
  const { room, connection } = membership;
  connection?.memberships.delete(room.name);
  core.counters.exits.replaced += 1;
  const entry = entryOf(membership);
  if (entry !== undefined) sendExit(core, room.name, entry, "replaced");
}
