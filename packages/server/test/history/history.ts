/**
 * What happened in one room, as each client and each node has recorded it. `check-history.ts` decides from it whether
 * the invariants held. Plain data: a failed run can be stored, and checked again.
 */
export interface History {
  readonly clients: readonly ClientHistory[];
  readonly nodes: readonly NodeHistory[];
  /** How it was in the end, when everything had come to rest. */
  readonly end: End;
}

/** One person: a key, over as many connections as it took. */
export interface ClientHistory {
  readonly id: string;
  readonly events: readonly ClientEvent[];
}

/** A numbered message between two peers. `seq` counts from 1 for each sender, receiver and epoch. */
export interface Numbered {
  readonly epoch: string;
  readonly seq: number;
}

export type ClientEvent =
  /** The connection to a node is there; those of one client are numbered. Nothing is received before `created`. */
  | { readonly type: "connected"; readonly connection: number }
  | { readonly type: "disconnected" }
  /** The client leaves by itself. */
  | { readonly type: "left" }
  | { readonly type: "created"; readonly peers: readonly Present[] }
  | { readonly type: "joined"; readonly id: string }
  | { readonly type: "presence"; readonly id: string; readonly state: Present["state"] }
  | { readonly type: "exit"; readonly id: string; readonly reason?: string }
  /** A transmission over a connection. `tx` names it among all: one message may be sent several times. */
  | ({ readonly type: "sent"; readonly to: string; readonly tx: string } & Numbered)
  /** A transmission has arrived, perhaps of a message that was there already. */
  | ({ readonly type: "arrived"; readonly from: string; readonly tx: string } & Numbered)
  /** A message was given to the application, after the link has put it in order. */
  | ({ readonly type: "delivered"; readonly from: string } & Numbered)
  /** The sender knows that this and all later messages of the epoch are lost. */
  | ({ readonly type: "abandoned"; readonly to: string } & Numbered)
  /** An `RTCPeerConnection` with a peer; several of one peer have different numbers. */
  | { readonly type: "connection"; readonly peer: string; readonly number: number; readonly state: ConnectionState }
  | { readonly type: "error"; readonly message: string };

export type ConnectionState = "made" | "ice-connected" | "ice-disconnected" | "closed";

export interface Present {
  readonly id: string;
  readonly state: "online" | "away";
}

export interface NodeHistory {
  readonly name: string;
  /** Whether it was killed: what it did last is not in its history. */
  readonly killed: boolean;
  /**
   * Whether others may have ended memberships that went on here, or the other way round: it was cut off, taken for
   * dead, or ended with members. Default: no.
   */
  readonly partitioned?: boolean;
  /** Whether it was stopped: it handles what had reached it before what has happened meanwhile. Default: no. */
  readonly wasFrozen?: boolean;
  /** The members whose joins have reached it, admitted or not. Absent: those that its events name. */
  readonly asked?: readonly string[];
  readonly events: readonly NodeEvent[];
}

export type NodeEvent =
  | { readonly type: "peerJoined" | "peerAway" | "peerBack"; readonly id: string }
  | { readonly type: "peerLeft"; readonly id: string; readonly reason: string }
  | { readonly type: "relayed"; readonly from: string; readonly to: string }
  | { readonly type: "error"; readonly message: string };

export interface End {
  /** The members as each node lists them. */
  readonly rosters: Readonly<Record<string, readonly Present[]>>;
  /** The ids of the clients that have a connection and are members of the room. */
  readonly online: readonly string[];
  /** Whether the store has lost data that nodes had written. Default: no. */
  readonly dataLost?: boolean;
  /** The members that are legacy clients, whose connections with others are not compared. Default: none. */
  readonly legacy?: readonly string[];
  /** The connections of each client, by its id; absent without media. */
  readonly connections?: Readonly<Record<string, readonly EndConnection[]>>;
  /** How much there is of maps, timers, listeners, keys: before everything and after it. */
  readonly resources?: readonly { readonly what: string; readonly before: number; readonly after: number }[];
}

export interface EndConnection {
  readonly peer: string;
  readonly signalingState: string;
  readonly channelState: string;
}

/** What contradicts an invariant. */
export interface Violation {
  readonly invariant: "I1" | "I2" | "I3" | "I4" | "I5" | "I6";
  readonly what: string;
}
