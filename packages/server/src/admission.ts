import { type ServerInput } from "@sig/protocol";
import { type Core } from "./core.js";
import { announce, announceJoined, announceReturn, deliver, tellExit } from "./delivery.js";
import { scheduleRenewal, type IceServersPayload } from "./ice-servers.js";
import { aboutItself, describe, type Connection, type Member, type Room } from "./membership.js";
import { type RosterEntry } from "./roster/roster.js";

/** A membership that has begun, or was given back, and of which the others are still to be told. */
export interface Entrance {
  readonly member: Member;
  readonly created: ServerInput<"created">;
  readonly kind: "new" | "from-away" | "taken-over" | "repeated";
  readonly metadataChanged: boolean;
}

/** Makes a connection the holder of a membership that the roster has admitted, and sends it `created`. */
export function enter(
  core: Core,
  connection: Connection,
  roomName: string,
  entry: RosterEntry,
  ice: IceServersPayload | undefined,
): Entrance {
  const room = core.rooms.get(roomName) ?? openRoom(core, roomName);
  const known = room.members.get(entry.id);
  const member = known ?? newMember(room, entry);
  const kind = known === undefined ? "new" : kindOfReturn(known, connection);
  if (kind === "taken-over") replace(core, member);
  const metadataChanged = known !== undefined && JSON.stringify(known.metadata) !== JSON.stringify(entry.metadata);
  clearTimeout(member.graceTimer);
  Object.assign(member, {
    connection,
    leavingAt: undefined,
    session: entry.session,
    metadata: entry.metadata,
    capabilities: entry.capabilities,
  });
  connection.memberships.set(roomName, member);
  const created = describeRoom(core, member, kind !== "new", ice);
  deliver(core, connection, "created", created);
  if (entry.keyed) scheduleRenewal(core, member, ice?.iceServersTtl);
  return { member, created, kind, metadataChanged };
}

/** Tells the other members, and the host. */
export function announceAdmission(core: Core, { member, kind, metadataChanged }: Entrance): void {
  const { room, id, metadata } = member;
  if (kind === "new") announceJoined(core, member);
  if (kind === "from-away" || kind === "taken-over") announceReturn(core, member, kind === "from-away");
  if (metadataChanged) announce(core, room, member, "metadata", { id, room: room.name, metadata });
  core.log.info(kind === "new" ? "peer joined" : "peer back", { room: room.name, peer: id, kind });
  if (kind === "new") core.events.emit("peerJoined", { room: room.name, peer: describe(member) });
  if (kind === "from-away" || kind === "taken-over")
    core.events.emit("peerBack", { room: room.name, peer: describe(member) });
}

function openRoom(core: Core, name: string): Room {
  const room: Room = { name, members: new Map(), joins: 0 };
  core.rooms.set(name, room);
  return room;
}

function newMember(room: Room, { id, keyed, session }: RosterEntry): Member {
  room.joins += 1;
  const member: Member = {
    id,
    room,
    keyed,
    joinedAt: room.joins,
    connection: undefined,
    awayAt: 0,
    leavingAt: undefined,
    session,
    metadata: undefined,
    capabilities: undefined,
    graceTimer: undefined,
    renewalTimer: undefined,
    lastTask: undefined,
  };
  room.members.set(id, member);
  return member;
}

function kindOfReturn(member: Member, connection: Connection): Entrance["kind"] {
  if (member.connection === undefined) return "from-away";
  return member.connection === connection ? "repeated" : "taken-over";
}

/** The newest holder of a key has the membership; the one before it is told, and can do nothing in it any more. */
function replace(core: Core, member: Member): void {
  tellExit(core, member, "replaced");
  member.connection?.memberships.delete(member.room.name);
}

function describeRoom(
  core: Core,
  member: Member,
  resumed: boolean,
  ice: IceServersPayload | undefined,
): ServerInput<"created"> {
  const { id, keyed, room } = member;
  const others = core.settings.roster.list(room.name).filter((entry) => entry.id !== id);
  if (!keyed) {
    const online = others.filter((entry) => entry.state === "online");
    return { id, room: room.name, peers: online.map((entry) => ({ id: entry.id })) };
  }
  const peers = others.map((entry) => ({ id: entry.id, state: entry.state, ...aboutItself(entry) }));
  return { id, room: room.name, peers, ...ice, ...(resumed && { resumed }) };
}
