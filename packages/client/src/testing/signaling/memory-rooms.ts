import {
  createClientEvents,
  defaultLimits,
  leavingCountsMs,
  parse,
  refusal,
  serverSender,
  type Capabilities,
  type ClientEventName,
  type ClientEvents,
  type ClientPayload,
  type ExitReason,
  type IceServer,
  type Refusal,
  type Reply,
  type ServerEventName,
  type ServerInput,
} from "@sig/protocol";
import type { Clock } from "../../util/clock.js";
import { idOfKey } from "./memory-id.js";
import { about, addressOf, seedForm, withoutOk } from "./memory-payloads.js";

/** The server's end of one connection. */
export interface MemoryConnection {
  readonly id: string;
  /** Room name -> what it is there. */
  readonly memberships: Map<string, Member>;
  send<Event extends ServerEventName>(event: Event, payload: ServerInput<Event>): void;
}

interface Room {
  readonly name: string;
  readonly members: Map<string, Member>;
  readonly banned: Set<string>;
  /** How many memberships have begun in it so far. */
  joins: number;
}

export interface Member {
  readonly id: string;
  readonly keyed: boolean;
  readonly room: Room;
  /** The `joins` of the room at its join. */
  readonly joinedAt: number;
  /** The `joins` of the room when it was last away: legacy members that joined later do not know it. */
  awayAt: number;
  /** Absent while it is away. */
  connection: MemoryConnection | undefined;
  metadata?: unknown;
  capabilities?: Capabilities | undefined;
  leavingAt?: number | undefined;
  stopGrace?: (() => void) | undefined;
}

export interface RoomsSettings {
  readonly clock: Clock;
  readonly graceMs: number;
  readonly iceServers: readonly IceServer[] | undefined;
  readonly iceServersTtl: number | undefined;
}

/** The default of the real server. */
const maxRoomsPerSocket = 8;

type Relayed = "offer" | "answer" | "candidate";

const notInRoom = refusal("NOT_IN_ROOM", "This socket is not a member of that room.");
const peerNotFound = refusal("PEER_NOT_FOUND", "There is no such peer in that room.");
const peerAway = refusal("PEER_AWAY", "The peer lost its connection and may come back.");
const roomLimit = refusal("ROOM_LIMIT", "Room limit reached for this socket.");
const kicked = refusal("KICKED", "The peer was removed from this room.");
const done = { ok: true } as const;

let schemas: ClientEvents | undefined;

/** Who is in which room, as docs/protocol.md says it of a server. */
export class MemoryRooms {
  readonly #settings: RoomsSettings;
  readonly #rooms = new Map<string, Room>();

  constructor(settings: RoomsSettings) {
    this.#settings = settings;
  }

  /** Ids of those who are in a room, the ones away included. */
  peers(room: string): string[] {
    return [...(this.#rooms.get(room)?.members.keys() ?? [])];
  }

  /** What a client said. A refusal is sent as `rejected` where nobody waits for an answer. */
  handle(connection: MemoryConnection, event: string, raw: unknown, ack: ((reply: unknown) => void) | undefined): void {
    schemas ??= createClientEvents(defaultLimits);
    if (!Object.hasOwn(schemas, event)) return;
    const parsed = parse(schemas[event as ClientEventName], raw);
    const reply = parsed.ok ? this.#dispatch(connection, event as ClientEventName, parsed.value, ack) : parsed;
    if (reply === undefined) return;
    if (ack !== undefined) ack(reply);
    else if (!reply.ok) connection.send("rejected", { ...withoutOk(reply), event, ...addressOf(raw) });
  }

  /** A connection is gone: peers with a key are away for a while, all others have left. */
  drop(connection: MemoryConnection): void {
    for (const member of [...connection.memberships.values()]) {
      connection.memberships.delete(member.room.name);
      member.connection = undefined;
      const saidLeaving =
        member.leavingAt !== undefined && this.#settings.clock.now() - member.leavingAt < leavingCountsMs;
      if (saidLeaving || !member.keyed || this.#settings.graceMs === 0) {
        this.#leave(member, saidLeaving ? "left" : "lost");
        continue;
      }
      member.awayAt = member.room.joins;
      member.stopGrace = this.#settings.clock.after(this.#settings.graceMs, () => this.#leave(member, "lost"));
      this.#announce(member.room, member, "presence", { id: member.id, room: member.room.name, state: "away" });
    }
  }

  kick(roomName: string, id: string, message?: string): boolean {
    const member = this.#rooms.get(roomName)?.members.get(id);
    if (member === undefined) return false;
    member.room.banned.add(id);
    const details = { reason: "kicked", ...(message !== undefined && { message }) } as const;
    member.connection?.send("exit", { from: id, room: roomName, ...(member.keyed && details) });
    this.#leave(member, "kicked");
    return true;
  }

  send(roomName: string, type: string, data: unknown, to?: string): void {
    const room = this.#rooms.get(roomName);
    if (room === undefined) return;
    const message = { from: serverSender, room: roomName, type, data };
    if (to === undefined) this.#announce(room, undefined, "message", message);
    else if (room.members.get(to)?.keyed === true) room.members.get(to)?.connection?.send("message", message);
  }

  /** As after a restart of the server's process. */
  forget(): void {
    for (const { members } of this.#rooms.values()) {
      for (const { stopGrace, connection } of members.values()) {
        stopGrace?.();
        connection?.memberships.clear();
      }
    }
    this.#rooms.clear();
  }

  #dispatch(
    connection: MemoryConnection,
    event: ClientEventName,
    payload: unknown,
    ack: ((reply: unknown) => void) | undefined,
  ): Reply<ClientEventName> | undefined {
    switch (event) {
      case "createAndJoinRoom":
        return this.#join(connection, payload as ClientPayload<"createAndJoinRoom">, ack);
      case "offer":
      case "answer":
      case "candidate":
        return this.#relay(connection, event, payload as ClientPayload<Relayed>);
      case "exit":
        return this.#exit(connection, payload as ClientPayload<"exit">);
      case "leaving":
        return this.#leaving(connection, payload as ClientPayload<"leaving">);
      case "message":
        return this.#message(connection, payload as ClientPayload<"message">);
      case "metadata":
        return this.#metadata(connection, payload as ClientPayload<"metadata">);
      case "iceServers":
        return { ...done, ...this.#iceServers() };
    }
  }

  #join(
    connection: MemoryConnection,
    payload: ClientPayload<"createAndJoinRoom">,
    ack: ((reply: unknown) => void) | undefined,
  ): Refusal | undefined {
    const { room: name, key, metadata, capabilities } = payload;
    const id = key === undefined ? connection.id : idOfKey(key);
    if (this.#rooms.get(name)?.banned.has(id) === true) return kicked;
    const held = connection.memberships.get(name);
    if (held === undefined && connection.memberships.size >= maxRoomsPerSocket) return roomLimit;
    if (held !== undefined && held.id !== id) this.#leave(held, "left");
    const room = this.#rooms.get(name) ?? newRoom(name);
    this.#rooms.set(name, room);
    const known = room.members.get(id);
    const before = known?.connection;
    if (known !== undefined && before !== undefined && before !== connection) {
      before.send("exit", { from: id, room: name, reason: "replaced" });
      before.memberships.delete(name);
    }
    known?.stopGrace?.();
    const member: Member = known ?? {
      id,
      keyed: key !== undefined,
      room,
      joinedAt: ++room.joins,
      awayAt: 0,
      connection,
    };
    const metadataChanged =
      known !== undefined && metadata !== undefined && JSON.stringify(metadata) !== JSON.stringify(known.metadata);
    Object.assign(member, {
      connection,
      leavingAt: undefined,
      capabilities: capabilities ?? member.capabilities,
      ...(metadata !== undefined && { metadata }),
    });
    room.members.set(id, member);
    connection.memberships.set(name, member);
    const created = this.#created(member, known !== undefined);
    connection.send("created", created);
    ack?.({ ...done, ...created });
    if (known === undefined) this.#announceJoined(member);
    else if (before !== connection) this.#announce(room, member, "presence", { id, room: name, state: "online" });
    if (known !== undefined && before === undefined)
      this.#announceToLegacy(member, "joined", { id, room: name }, ({ joinedAt }) => joinedAt > member.awayAt);
    if (metadataChanged) this.#announce(room, member, "metadata", { id, room: name, metadata });
    return undefined;
  }

  #created({ id, keyed, room }: Member, resumed: boolean): ServerInput<"created"> {
    const others = [...room.members.values()].filter((member) => member.id !== id);
    if (!keyed)
      return {
        id,
        room: room.name,
        peers: others.filter(({ connection }) => connection !== undefined).map((other) => ({ id: other.id })),
      };
    const peers = others.map((other) => ({
      id: other.id,
      state: other.connection === undefined ? ("away" as const) : ("online" as const),
      ...about(other),
    }));
    return { id, room: room.name, peers, ...this.#iceServers(), ...(resumed && { resumed }) };
  }

  #announceJoined(member: Member): void {
    const { id, room } = member;
    this.#announce(room, member, "joined", { id, room: room.name, ...about(member) });
    this.#announceToLegacy(member, "joined", { id, room: room.name });
  }

  #relay(connection: MemoryConnection, event: Relayed, payload: ClientPayload<Relayed>): Reply<Relayed> {
    const sender = connection.memberships.get(payload.room);
    if (sender === undefined) return notInRoom;
    const target = sender.room.members.get(payload.to);
    if (target === undefined || target === sender) return peerNotFound;
    if (target.connection === undefined) return peerAway;
    target.connection.send(
      event,
      (target.keyed ? { ...payload, from: sender.id } : seedForm(payload, sender.id)) as ServerInput<Relayed>,
    );
    return done;
  }

  #exit(connection: MemoryConnection, { room }: ClientPayload<"exit">): Reply<"exit"> {
    const member = connection.memberships.get(room);
    if (member === undefined) return notInRoom;
    this.#leave(member, "left");
    return done;
  }

  #leaving(connection: MemoryConnection, { room }: ClientPayload<"leaving">): Reply<"leaving"> {
    const member = connection.memberships.get(room);
    if (member === undefined) return notInRoom;
    member.leavingAt = this.#settings.clock.now();
    return done;
  }

  #message(connection: MemoryConnection, { room, to, type, data }: ClientPayload<"message">): Reply<"message"> {
    const sender = connection.memberships.get(room);
    if (sender === undefined) return notInRoom;
    const message = { from: sender.id, room, type, data };
    if (to === undefined) {
      this.#announce(sender.room, sender, "message", message);
      return done;
    }
    const target = sender.room.members.get(to);
    if (target?.keyed !== true || target === sender) return peerNotFound;
    if (target.connection === undefined) return peerAway;
    target.connection.send("message", message);
    return done;
  }

  #metadata(connection: MemoryConnection, { room, metadata }: ClientPayload<"metadata">): Reply<"metadata"> {
    const member = connection.memberships.get(room);
    if (member === undefined) return notInRoom;
    member.metadata = metadata;
    this.#announce(member.room, member, "metadata", { id: member.id, room, metadata });
    return done;
  }

  #leave(member: Member, reason: ExitReason): void {
    const { id, room, connection } = member;
    if (room.members.get(id) !== member) return;
    member.stopGrace?.();
    room.members.delete(id);
    if (room.members.size === 0) this.#rooms.delete(room.name);
    connection?.memberships.delete(room.name);
    this.#announce(room, member, "exit", { from: id, room: room.name, reason });
    const isKnownTo = ({ joinedAt }: Member): boolean => connection !== undefined || joinedAt <= member.awayAt;
    this.#announceToLegacy(member, "exit", { from: id, room: room.name }, isKnownTo);
  }

  /** To all others that have a key and are online. */
  #announce<Event extends ServerEventName>(
    room: Room,
    except: Member | undefined,
    event: Event,
    payload: ServerInput<Event>,
  ): void {
    for (const member of room.members.values())
      if (member !== except && member.keyed) member.connection?.send(event, payload);
  }

  /** To the other members without a key. */
  #announceToLegacy<Event extends "joined" | "exit">(
    about: Member,
    event: Event,
    payload: ServerInput<Event>,
    isMeant: (member: Member) => boolean = () => true,
  ): void {
    for (const member of about.room.members.values())
      if (!member.keyed && member !== about && isMeant(member)) member.connection?.send(event, payload);
  }

  #iceServers(): Partial<ServerInput<"iceServers">> {
    const { iceServers, iceServersTtl } = this.#settings;
    return iceServers === undefined
      ? {}
      : { iceServers: [...iceServers], ...(iceServersTtl !== undefined && { iceServersTtl }) };
  }
}

function newRoom(name: string): Room {
  return { name, members: new Map(), banned: new Set(), joins: 0 };
}
