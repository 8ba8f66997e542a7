import {
  createClientEvents,
  defaultLimits,
  isSharedName,
  isSignalingEvent,
  leavingCountsMs,
  parse,
  serverSender,
  type ClientEventName,
  type ClientEvents,
  type ClientPayload,
  type ExitReason,
  type Reply,
} from "@sig/protocol";
import { MemoryJoins, type RoomsSettings } from "./memory-joins.js";
import { notInRoom, peerAway, peerNotFound, rejectedEvent } from "./memory-rejections.js";
import { relayedForms, type MemoryRoom, type Member, type MemoryConnection, type RelayedEvent } from "./memory-room.js";

type Ack = ((reply: unknown) => void) | undefined;

const done = { ok: true } as const;

let schemas: ClientEvents | undefined;

/** All rooms of a memory server. They handle the events of clients as docs/protocol.md describes. */
export class MemoryRooms {
  readonly #settings: RoomsSettings;
  readonly #rooms = new Map<string, MemoryRoom>();
  readonly #joins: MemoryJoins;

  constructor(settings: RoomsSettings) {
    this.#settings = settings;
    this.#joins = new MemoryJoins(settings, this.#rooms, (member, reason) => this.#leave(member, reason));
  }

  /** Ids of the members of a room, including members that are away. */
  peers(room: string): string[] {
    return [...(this.#rooms.get(room)?.members.keys() ?? [])];
  }

  /** Handles an event of a client. Without an ack a rejection is sent as `rejected`. */
  handle(connection: MemoryConnection, event: string, raw: unknown, ack: Ack): void {
    schemas ??= createClientEvents(defaultLimits);
    if (!Object.hasOwn(schemas, event)) return;
    const name = event as ClientEventName;
    const isMember = (room: string | undefined): boolean =>
      [...connection.memberships.values()].some(
        (each) => each.keyed && (room === undefined || each.room.name === room),
      );
    if (isSharedName(name) && !isSignalingEvent(name, raw, ack !== undefined, isMember)) return;
    const parsed = parse(schemas[name], raw);
    const respond = (reply: Reply<ClientEventName>): void => {
      if (ack !== undefined) ack(reply);
      else if (!reply.ok) connection.send("rejected", rejectedEvent(reply, event, raw));
    };
    const reply = parsed.ok ? this.#dispatch(connection, name, parsed.value, respond) : parsed;
    if (reply !== undefined) respond(reply);
  }

  /**
   * Handles a lost connection: members with a key are away for the grace time, others leave at once; all leave at once
   * if the application has disconnected it.
   */
  drop(connection: MemoryConnection, byApplication: boolean): void {
    const { clock, graceMs } = this.#settings;
    for (const join of [...connection.pendingJoins.values()]) join.cancel(notInRoom);
    for (const member of [...connection.memberships.values()]) {
      const { id, keyed, room, leavingAt } = member;
      connection.memberships.delete(room.name);
      member.connection = undefined;
      member.stopExpiry?.();
      member.awayAt = room.joins;
      const announced = byApplication || (leavingAt !== undefined && clock.now() - leavingAt < leavingCountsMs);
      if (announced || !keyed || graceMs === 0) {
        this.#leave(member, announced ? "left" : "lost");
        continue;
      }
      member.stopGrace = clock.after(graceMs, () => this.#leave(member, "lost"));
      room.announce(member, "presence", { id, room: room.name, state: "away" });
    }
  }

  kick(roomName: string, id: string, message?: string): boolean {
    const member = this.#rooms.get(roomName)?.members.get(id);
    if (member === undefined) return false;
    member.room.banned.add(id);
    this.#joins.dismiss(member, "kicked", message);
    return true;
  }

  kickUser(roomName: string, user: string, message?: string): number {
    const room = this.#rooms.get(roomName);
    if (room === undefined) return 0;
    room.bannedUsers.add(user);
    const members = [...room.members.values()].filter((member) => member.user === user);
    for (const { id } of members) this.kick(roomName, id, message);
    return members.length;
  }

  setAttributes(roomName: string, id: string, attributes: unknown): boolean {
    const member = this.#rooms.get(roomName)?.members.get(id);
    if (member !== undefined) this.#joins.setAttributes(member, attributes);
    return member !== undefined;
  }

  /** Sends an application message from the server. */
  send(roomName: string, type: string, data: unknown, to?: string): void {
    const room = this.#rooms.get(roomName);
    if (room === undefined) return;
    const message = { from: serverSender, room: roomName, type, data };
    if (to === undefined) room.announce(undefined, "message", message);
    else if (room.members.get(to)?.keyed === true) room.members.get(to)?.connection?.send("message", message);
  }

  /** Forgets all rooms, like a restart of the server process. */
  forget(): void {
    for (const { members } of this.#rooms.values()) {
      for (const { stopGrace, stopExpiry, connection } of members.values()) {
        stopGrace?.();
        stopExpiry?.();
        connection?.memberships.clear();
      }
    }
    this.#rooms.clear();
  }

  #dispatch(
    connection: MemoryConnection,
    event: ClientEventName,
    payload: unknown,
    respond: (reply: Reply<ClientEventName>) => void,
  ): Reply<ClientEventName> | undefined {
    switch (event) {
      case "createAndJoinRoom":
        return this.#joins.join(connection, payload as ClientPayload<"createAndJoinRoom">, respond);
      case "offer":
      case "answer":
      case "candidate":
        return this.#relay(connection, event, payload as ClientPayload<RelayedEvent>);
      case "exit":
        return this.#exit(connection, payload as ClientPayload<"exit">);
      case "leaving":
        return this.#leaving(connection, payload as ClientPayload<"leaving">);
      case "message":
        return this.#message(connection, payload as ClientPayload<"message">);
      case "metadata":
        return this.#metadata(connection, payload as ClientPayload<"metadata">);
      case "iceServers":
        return { ...done, ...this.#joins.iceServers };
    }
  }

  #relay(connection: MemoryConnection, event: RelayedEvent, payload: ClientPayload<RelayedEvent>): Reply<RelayedEvent> {
    const sender = connection.memberships.get(payload.room);
    if (sender === undefined) return notInRoom;
    const target = sender.room.members.get(payload.to);
    if (target === undefined || target === sender) return peerNotFound;
    if (target.connection === undefined) return peerAway;
    for (const form of relayedForms(payload, sender.id, target)) target.connection.send(event, form);
    return done;
  }

  #exit(connection: MemoryConnection, { room }: ClientPayload<"exit">): Reply<"exit"> {
    const pending = connection.pendingJoins.get(room);
    const member = connection.memberships.get(room);
    if (pending === undefined && member === undefined) return notInRoom;
    pending?.cancel(notInRoom);
    if (member !== undefined) this.#leave(member, "left");
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
      sender.room.announce(sender, "message", message);
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
    member.room.announce(member, "metadata", { id: member.id, room, metadata });
    return done;
  }

  #leave(member: Member, reason: ExitReason): void {
    const { id, room, connection } = member;
    if (room.members.get(id) !== member) return;
    member.stopGrace?.();
    member.stopExpiry?.();
    room.members.delete(id);
    if (room.members.size === 0) this.#rooms.delete(room.name);
    connection?.memberships.delete(room.name);
    room.announceExit(member, reason);
  }
}
