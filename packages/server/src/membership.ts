import { type CutOffReason } from "./application-events.js";
import { type Memberships } from "./memberships.js";
import { type RateLimiter } from "./rate-limiter.js";
import { type JoinsOnConnect, type PendingJoin } from "./pending-join.js";
import { type Authorize } from "./options.js";
import { type RosterEntry } from "./roster/roster.js";
import { type Socket } from "./socket-io.js";
import { type SpanContext } from "./tracing/tracer.js";

/** One socket, and the rooms that it is a member of. */
export interface Connection {
  /** Under which others know it (connection-id.ts): the session of its entries, the peer id of a legacy client. */
  readonly id: string;
  readonly socket: Socket;
  /** Milliseconds that its memberships with a key may be away. */
  readonly graceMs: number;
  readonly memberships: Memberships<Membership>;
  /** Joins that wait for the application; the latest one of each room. */
  pendingJoins: readonly PendingJoin[];
  readonly limiter: RateLimiter | undefined;
  /** An `authorize` of this socket alone, asked before that of the service. */
  readonly authorize: Authorize | undefined;
  /** Cancel the questions to the application about this connection that are no join. */
  questions: readonly AbortController[];
  /** Why this library has disconnected the socket, so that its end says nothing of the application. */
  cutOff: CutOffReason | undefined;
  /** Joins that came with the request to connect, while their repetitions are expected. */
  joinsOnConnect: JoinsOnConnect | undefined;
  /** Called when the socket has disconnected; with Socket.IO's reason, if it gives one. */
  ended(reason?: unknown): void;
  /** Adds the listeners again that the application has removed with its own. */
  restoreListeners(): void;
  /** Leaves the socket alone: the service is closed. */
  release(): void;
}

/** A room as this node sees it. */
export interface Room {
  readonly name: string;
  /** What the room knows of its members, by id. Stored here once on this node; an entry is replaced as a whole. */
  readonly members: Map<string, RosterEntry>;
  /** What this node holds of those members, by id. */
  readonly held: Map<string, Membership>;
  /** When each member that is away on another node went away, by id: the value of `joins` then. Absent: none is. */
  awayElsewhere: Map<string, number> | undefined;
  /** How many memberships have begun here so far. */
  joins: number;
}

/** What this node holds of one member of a room. It outlives its socket while the peer is away. */
export interface Membership {
  readonly id: string;
  readonly room: Room;
  /** The value of the room's `joins` when it began. */
  readonly joinedAt: number;
  /** The connection that holds it; absent while it is away. */
  connection: Connection | undefined;
  /** The value of the room's `joins` when it went away. */
  awayAt: number;
  /** When it went away, in milliseconds of the clock. */
  awaySince: number;
  /** When it sent `leaving` over its present connection, in milliseconds of the clock. */
  leavingAt: number | undefined;
  cancelGrace: (() => void) | undefined;
  cancelRenewal: (() => void) | undefined;
  /** The token of its latest join that the application has not rejected. */
  token: string | undefined;
  /** The span of its latest join; absent if nothing is traced. */
  trace: SpanContext | undefined;
  /** Until when the application has admitted it, in milliseconds since 1970; absent: without an end. */
  expiresAt: number | undefined;
  cancelExpiry: (() => void) | undefined;
  /** The latest of its calls that waits for a schema; later calls wait behind it. */
  lastTask: Promise<unknown> | undefined;
}

/** The value of the room's `joins` when a member went away; absent while it is online. */
export function awaySinceJoins({ connection, awayAt }: Membership): number | undefined {
  return connection === undefined ? awayAt : undefined;
}

/** How many members of a room are online, legacy clients among them, without one. */
export function countOnline({ members }: Room, exceptId: string): number {
  let online = 0;
  for (const { state, id } of members.values()) if (state === "online" && id !== exceptId) online += 1;
  return online;
}

/** How many other peers are online in the rooms of a connection, a peer of two rooms counted twice. */
export function countOnlinePeers({ memberships }: Connection): number {
  let peers = 0;
  for (const { room, id } of memberships.values()) peers += countOnline(room, id);
  return peers;
}
