import type { ClientPayload, ExitReason, IceServer, Rejection } from "@sig/protocol";
import type { Clock } from "../../util/clock.js";
import {
  decide,
  type MemoryAuthorize,
  type MemoryDecision,
  type MemoryGrant,
  type MemoryJoin,
} from "./memory-authorize.js";
import { idOfKey } from "./memory-id.js";
import { MemoryPendingJoin, type JoinReply } from "./memory-pending-join.js";
import { kicked, notInRoom, roomLimit } from "./memory-rejections.js";
import { MemoryRoom, type IceServerList, type Member, type MemoryConnection } from "./memory-room.js";

export interface RoomsSettings {
  readonly clock: Clock;
  readonly graceMs: number;
  readonly authorize: MemoryAuthorize | undefined;
  readonly iceServers: readonly IceServer[] | undefined;
  readonly iceServersTtl: number | undefined;
}

type Payload = ClientPayload<"createAndJoinRoom">;

/** The default of `@sig/server`. */
const maxRoomsPerSocket = 8;
/** How long after a failure `authorize` is asked again about a member whose time is over. */
const retryMs = 1_000;

/** The joins of a memory server, and the members whose time ends. */
export class MemoryJoins {
  readonly #settings: RoomsSettings;
  readonly #rooms: Map<string, MemoryRoom>;
  readonly #leave: (member: Member, reason: ExitReason) => void;

  /** @param leave ends a membership, and notifies the others */
  constructor(
    settings: RoomsSettings,
    rooms: Map<string, MemoryRoom>,
    leave: (member: Member, reason: ExitReason) => void,
  ) {
    this.#settings = settings;
    this.#rooms = rooms;
    this.#leave = leave;
  }

  get iceServers(): IceServerList {
    const { iceServers, iceServersTtl } = this.#settings;
    return iceServers === undefined
      ? {}
      : { iceServers: [...iceServers], ...(iceServersTtl !== undefined && { iceServersTtl }) };
  }

  /** Returns a rejection; everything else is replied later or at once. */
  join(connection: MemoryConnection, payload: Payload, reply: JoinReply): Rejection | undefined {
    const { room, key, token, metadata } = payload;
    const id = key === undefined ? connection.id : idOfKey(key);
    const pending = connection.pendingJoins.get(room);
    if (pending?.repeat(payload, reply) === true) return undefined;
    pending?.cancel(notInRoom);
    const decision = decide(this.#settings.authorize, {
      room,
      peerId: id,
      reason: this.#reasonOf(connection, room, id),
      ...(token !== undefined && { token }),
      ...(metadata !== undefined && { metadata }),
    });
    if (!("then" in decision)) return this.#settle(connection, id, payload, decision, reply);
    const join = new MemoryPendingJoin(connection, id, payload, reply, this.#settings.clock);
    void decision.then((settled) => {
      if (!join.end()) return;
      const rejection = this.#settle(connection, id, payload, settled, join.reply);
      if (rejection !== undefined) join.reply(rejection);
    });
    return undefined;
  }

  /** Changes the attributes of a member, and notifies everyone with a key, the member itself included. */
  setAttributes(member: Member, attributes: unknown): void {
    if (JSON.stringify(member.attributes) === JSON.stringify(attributes)) return;
    member.attributes = attributes;
    member.room.announce(undefined, "attributes", { id: member.id, room: member.room.name, attributes });
  }

  /** Ends a membership, and notifies the member too. */
  dismiss(member: Member, reason: "kicked" | "expired", message?: string): void {
    const { id, keyed, room, connection } = member;
    const details = { reason, ...(message !== undefined && { message }) };
    connection?.send("exit", { from: id, room: room.name, ...(keyed && details) });
    this.#leave(member, reason);
  }

  #reasonOf(connection: MemoryConnection, room: string, id: string): MemoryJoin["reason"] {
    if (connection.memberships.get(room)?.id === id) return "renewal";
    return this.#rooms.get(room)?.members.has(id) === true ? "return" : "join";
  }

  #settle(
    connection: MemoryConnection,
    id: string,
    payload: Payload,
    decision: MemoryDecision,
    reply: JoinReply,
  ): Rejection | undefined {
    if (!decision.ok) return decision;
    const room = this.#rooms.get(payload.room);
    const { user = room?.members.get(id)?.user } = decision.grant;
    if (room?.banned.has(id) === true || (user !== undefined && room?.bannedUsers.has(user) === true)) return kicked;
    const current = connection.memberships.get(payload.room);
    if (current === undefined && connection.memberships.size >= maxRoomsPerSocket) return roomLimit;
    if (current !== undefined && current.id !== id) this.#leave(current, "left");
    this.#enter(connection, id, payload, decision.grant, reply);
    return undefined;
  }

  #enter(connection: MemoryConnection, id: string, payload: Payload, grant: MemoryGrant, reply: JoinReply): void {
    const { room: name, key, token, metadata, capabilities, features, offer } = payload;
    const { user, attributes, expiresIn } = grant;
    const room = this.#rooms.get(name) ?? new MemoryRoom(name);
    this.#rooms.set(name, room);
    const known = room.members.get(id);
    const before = known?.connection;
    if (before !== undefined && before !== connection) {
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
    const isChanged = (field: "metadata" | "attributes", value: unknown): boolean =>
      known !== undefined && value !== undefined && JSON.stringify(value) !== JSON.stringify(known[field]);
    const changed = {
      metadata: isChanged("metadata", metadata),
      attributes: isChanged("attributes", attributes),
    };
    Object.assign(member, {
      connection,
      token,
      leavingAt: undefined,
      capabilities: capabilities ?? member.capabilities,
      features: features ?? member.features,
      user: user ?? member.user,
      ...(metadata !== undefined && { metadata }),
      ...(attributes !== undefined && { attributes }),
    });
    room.members.set(id, member);
    connection.memberships.set(name, member);
    this.#setExpiry(member, expiresIn);
    const offered = known === undefined && offer !== undefined ? room.firstToOffer(member) : undefined;
    const created = {
      ...room.created(member, known !== undefined, this.iceServers, expiresIn),
      ...(offered !== undefined && { offeredTo: offered.id }),
    };
    connection.send("created", created);
    reply({ ok: true, ...created });
    if (known === undefined) room.announceJoined(member);
    else if (before === undefined) room.announceReturn(member);
    else if (before !== connection) room.announce(member, "presence", { id, room: name, state: "online" });
    if (offered !== undefined && offer !== undefined)
      offered.connection?.send("offer", { ...offer, from: id, to: offered.id, room: name });
    if (changed.metadata) room.announce(member, "metadata", { id, room: name, metadata });
    if (changed.attributes) room.announce(member, "attributes", { id, room: name, attributes });
  }

  #setExpiry(member: Member, expiresIn: number | undefined): void {
    const { clock, graceMs } = this.#settings;
    member.stopExpiry?.();
    member.stopExpiry = undefined;
    if (expiresIn === undefined) return;
    const delayMs = expiresIn * 1000;
    member.stopExpiry = clock.after(delayMs, () => this.#renew(member, clock.now() + graceMs));
  }

  /** @param deadline until when the application may fail to decide */
  #renew(member: Member, deadline: number): void {
    const { clock, authorize } = this.#settings;
    const { id, room, token, metadata } = member;
    let isCanceled = false;
    member.stopExpiry = () => (isCanceled = true);
    const decision = decide(authorize, {
      room: room.name,
      peerId: id,
      reason: "renewal",
      ...(token !== undefined && { token }),
      ...(metadata !== undefined && { metadata }),
    });
    const settle = (settled: MemoryDecision): void => {
      if (isCanceled) return;
      if (settled.ok) {
        const { user, attributes, expiresIn } = settled.grant;
        member.user = user ?? member.user;
        if (attributes !== undefined) this.setAttributes(member, attributes);
        this.#setExpiry(member, expiresIn);
      } else if (settled.code === "INTERNAL" && clock.now() < deadline) {
        const delayMs = Math.min(retryMs, deadline - clock.now());
        member.stopExpiry = clock.after(delayMs, () => this.#renew(member, deadline));
      } else this.dismiss(member, "expired");
    };
    if ("then" in decision) void decision.then(settle);
    else settle(decision);
  }
}
