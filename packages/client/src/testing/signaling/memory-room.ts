import {
  splitBundle,
  type Capabilities,
  type ClientPayload,
  type ExitReason,
  type IceServer,
  type ServerEventName,
  type ServerInput,
  type Rejection,
  type Reply,
} from "@sig/protocol";

/** A join that waits for `authorize`. */
export interface PendingJoin {
  /** Lets a call wait for the same answer. Returns false if it is not the same join. */
  repeat(payload: ClientPayload<"createAndJoinRoom">, reply: (reply: Reply<"createAndJoinRoom">) => void): boolean;
  cancel(rejection: Rejection): void;
}

/** The server's end of one connection. */
export interface MemoryConnection {
  readonly id: string;
  /** Memberships by room name. */
  readonly memberships: Map<string, Member>;
  /** Joins that wait for `authorize`, by room name. */
  readonly pendingJoins: Map<string, PendingJoin>;
  send<Event extends ServerEventName>(event: Event, payload: ServerInput<Event>): void;
}

export interface Member {
  readonly id: string;
  readonly keyed: boolean;
  readonly room: MemoryRoom;
  /** The `joins` of the room at its join. */
  readonly joinedAt: number;
  /** The `joins` of the room when the member was last away: legacy members that joined later do not know it. */
  awayAt: number;
  /** Absent while the member is away. */
  connection: MemoryConnection | undefined;
  metadata?: unknown;
  capabilities?: Capabilities | undefined;
  features?: readonly string[] | undefined;
  /** The user behind it, and what the application says of it. */
  user?: string | undefined;
  attributes?: unknown;
  /** That of its latest join. */
  token?: string | undefined;
  /** When the client announced by `leaving` that it may leave. */
  leavingAt?: number | undefined;
  stopGrace?: (() => void) | undefined;
  stopExpiry?: (() => void) | undefined;
}

export interface IceServerList {
  readonly iceServers?: IceServer[];
  readonly iceServersTtl?: number;
}

export type RelayedEvent = "offer" | "answer" | "candidate";

const offerWithJoin = "offer-with-join";
const bundles = "bundles";

/** One room: its members, and the events that they receive about each other. */
export class MemoryRoom {
  readonly name: string;
  readonly members = new Map<string, Member>();
  readonly banned = new Set<string>();
  readonly bannedUsers = new Set<string>();
  /** How many memberships have begun so far. */
  joins = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The `created` event for a member. A legacy client gets only the fields of the base protocol. */
  created(
    { id, keyed, attributes }: Member,
    resumed: boolean,
    iceServers: IceServerList,
    expiresIn: number | undefined,
  ): ServerInput<"created"> {
    const room = this.name;
    const others = [...this.members.values()].filter((member) => member.id !== id);
    if (!keyed)
      return {
        id,
        room,
        peers: others.filter(({ connection }) => connection !== undefined).map((other) => ({ id: other.id })),
      };
    const peers = others.map((other) => ({
      id: other.id,
      state: other.connection === undefined ? ("away" as const) : ("online" as const),
      ...describe(other),
    }));
    return {
      id,
      room,
      peers,
      ...iceServers,
      ...(resumed && { resumed }),
      ...(attributes !== undefined && { attributes }),
      ...(expiresIn !== undefined && { expiresIn }),
      features: ["waiting", offerWithJoin, bundles],
    };
  }

  /** Who is sent the offer that came with a join. */
  firstToOffer(newcomer: Member): Member | undefined {
    const canRead = ({ keyed, features }: Member): boolean => keyed && features?.includes(offerWithJoin) === true;
    if (!canRead(newcomer)) return undefined;
    return [...this.members.values()].find(
      (member) =>
        member !== newcomer &&
        member.connection !== undefined &&
        canRead(member) &&
        !Object.values(member.capabilities ?? {}).includes(false),
    );
  }

  announceJoined(member: Member): void {
    const { id } = member;
    this.announce(member, "joined", { id, room: this.name, ...describe(member) });
    this.#announceToLegacy(member, "joined");
  }

  /** A member is back. Legacy members that joined meanwhile do not know it yet. */
  announceReturn(member: Member): void {
    this.announce(member, "presence", { id: member.id, room: this.name, state: "online" });
    this.#announceToLegacy(member, "joined", ({ joinedAt }) => joinedAt > member.awayAt);
  }

  announceExit(member: Member, reason: ExitReason): void {
    this.announce(member, "exit", { from: member.id, room: this.name, reason });
    const { connection, awayAt } = member;
    this.#announceToLegacy(member, "exit", ({ joinedAt }) => connection !== undefined || joinedAt <= awayAt);
  }

  /** Sends an event to every online member with a key, except one. */
  announce<Event extends ServerEventName>(except: Member | undefined, event: Event, payload: ServerInput<Event>): void {
    for (const member of this.members.values())
      if (member !== except && member.keyed) member.connection?.send(event, payload);
  }

  /** Sends an event of the base protocol to the online legacy members that it concerns. */
  #announceToLegacy(about: Member, event: "joined" | "exit", concerns: (member: Member) => boolean = () => true): void {
    for (const member of this.members.values()) {
      if (member.keyed || member === about || !concerns(member)) continue;
      if (event === "joined") member.connection?.send(event, { id: about.id, room: this.name });
      else member.connection?.send(event, { from: about.id, room: this.name });
    }
  }
}

/** The forms of an offer, an answer or candidates that their receiver understands: a message each. */
export function relayedForms(
  payload: ClientPayload<RelayedEvent>,
  from: string,
  { keyed, features }: Member,
): ServerInput<RelayedEvent>[] {
  const isWhole = !("candidate" in payload) || (keyed && features?.includes(bundles) === true);
  const parts = isWhole ? [payload] : splitBundle(payload);
  return parts.map((part) => (keyed ? { ...part, from } : baseForm(part, from)) as ServerInput<RelayedEvent>);
}

/** Only the fields of the base protocol. */
function baseForm(payload: ClientPayload<RelayedEvent>, from: string): object {
  const { to, room } = payload;
  if ("sdp" in payload) return { from, to, room, sdp: payload.sdp };
  const { sdpMid, sdpMLineIndex, sdp } = payload.candidate;
  return { from, to, room, candidate: { sdpMid, sdpMLineIndex, sdp } };
}

function describe({
  metadata,
  attributes,
  capabilities,
  features,
}: Member): Omit<ServerInput<"joined">, "id" | "room"> {
  return {
    ...(metadata !== undefined && { metadata }),
    ...(attributes !== undefined && { attributes }),
    ...(capabilities !== undefined && { capabilities }),
    ...(features !== undefined && features.length > 0 && { features: [...features] }),
  };
}
