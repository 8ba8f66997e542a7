import { type Capabilities, type Json, type Refusal } from "@sig/protocol";
import { type PeerInfo } from "./signaling-events.js";
import { type RateLimiter } from "./rate-limiter.js";
import { type RosterEntry } from "./roster/roster.js";
import { type Socket } from "./socket-io.js";

/** One socket, and what it is a member of. */
export interface Connection {
  readonly socket: Socket;
  /** How long its memberships with a key may be away. */
  readonly graceMs: number;
  /** By room name. A socket is at most one member of a room. */
  readonly memberships: Map<string, Member>;
  /** Joins that wait for an answer of the host's, by room name; the latest of each room. */
  readonly pendingJoins: Map<string, PendingJoin>;
  readonly limiter: RateLimiter | undefined;
}

/** A join that waits. Whatever ends it early says how it is to be refused. */
export class PendingJoin {
  readonly room: string;
  readonly id: string;
  readonly cancelled: Promise<Refusal>;
  refusal: Refusal | undefined;
  #resolve: (refusal: Refusal) => void = () => undefined;

  constructor(room: string, id: string) {
    this.room = room;
    this.id = id;
    this.cancelled = new Promise((resolve) => (this.#resolve = resolve));
  }

  cancel(refusal: Refusal): void {
    this.refusal ??= refusal;
    this.#resolve(this.refusal);
  }
}

/** What one peer is in one room. It outlives its socket while the peer is away. */
export interface Member {
  readonly id: string;
  readonly room: Room;
  /** Joined with a key: understands everything beyond the seed protocol. */
  readonly keyed: boolean;
  /** Place in the order of joins of its room. */
  readonly joinedAt: number;
  /** Who speaks for it; nobody while it is away. */
  connection: Connection | undefined;
  /** The place in the order of joins that its room had reached when it went away. */
  awayAt: number;
  /** When it said `leaving` over the connection that it has now, on the clock of `performance.now()`. */
  leavingAt: number | undefined;
  /** The id of the socket that held it last. */
  session: string;
  metadata: Json | undefined;
  capabilities: Capabilities | undefined;
  graceTimer: NodeJS.Timeout | undefined;
  renewalTimer: NodeJS.Timeout | undefined;
  /** The latest of its calls that waits for a schema; what comes after it waits too. */
  lastTask: Promise<unknown> | undefined;
}

/** A room as far as this node speaks for its members. */
export interface Room {
  readonly name: string;
  readonly members: Map<string, Member>;
  joins: number;
}

export function countPeers(connection: Connection): number {
  let peers = 0;
  for (const member of connection.memberships.values()) peers += member.room.members.size - 1;
  return peers;
}

/** A member as the host is told of it. */
export function describe(member: Member): PeerInfo {
  return {
    id: member.id,
    keyed: member.keyed,
    state: member.connection === undefined ? "away" : "online",
    ...aboutItself(member),
  };
}

/** The same, from the roster. */
export function describeEntry({ id, keyed, state, ...said }: RosterEntry): PeerInfo {
  return { id, keyed, state, ...aboutItself(said) };
}

/** What a peer says of itself, without fields that it left out. */
export function aboutItself({
  metadata,
  capabilities,
}: Pick<RosterEntry, "metadata" | "capabilities">): Pick<PeerInfo, "metadata" | "capabilities"> {
  return { ...(metadata !== undefined && { metadata }), ...(capabilities !== undefined && { capabilities }) };
}
