import { type IceServer, type Limits, type StandardSchemaV1 } from "@sig/protocol";
import { type Clock } from "./clock.js";
import { type Grant } from "./grant.js";
import { type Logger } from "./logger.js";
import { type RateLimit } from "./rate-limit.js";
import { type Roster } from "./roster/roster.js";
import { type Socket } from "./socket-io.js";
import { type Tracer } from "./tracing/tracer.js";

/** An ICE server as providers write it: with `urls`, or with `url`, its former name. */
export type GivenIceServer = IceServer | (Omit<IceServer, "urls"> & { readonly url: string });

/**
 * ICE servers for one peer: a list, or a list that is valid for `ttl` seconds. The answer of a provider's API can be
 * handed on as it came.
 */
export type IceServers =
  | GivenIceServer
  | readonly GivenIceServer[]
  | {
      readonly iceServers: GivenIceServer | readonly GivenIceServer[];
      readonly ttl?: number | string | undefined;
    }
  | { readonly ice_servers: readonly GivenIceServer[]; readonly ttl?: number | string | undefined };

/**
 * Makes ICE servers for one peer, for example with credentials of its own. For a socket that asks before it joins, `id`
 * is the id of the socket and `room` is the room that it named. Without `authorize`, that `room` may be empty.
 */
export type IceServersFor<S extends Socket = Socket> = (peer: {
  readonly id: string;
  readonly room: string;
  readonly socket: S;
}) => IceServers | PromiseLike<IceServers>;

/** The argument of `authorize`. */
export interface AuthorizeRequest<S extends Socket = Socket> {
  readonly socket: S;
  readonly room: string;
  readonly token?: string;
  /** The metadata that the peer sent, before the application's schema has validated it. */
  readonly metadata?: unknown;
  /** Whether the peer is a member of this room under the same key, online or away. */
  readonly resumed: boolean;
  /** The id that the peer has, or will have, in this room. Absent for a preflight. */
  readonly peerId?: string;
  /**
   * Why it is asked. `join`: the peer is new to the room. `return`: it comes back on a new connection. `renewal`: it is
   * online, and either joins again over the same socket, perhaps with a fresh token, or its `expiresAt` has come.
   * `preflight`: it does not join now, but asks for its ICE servers to test them.
   */
  readonly reason: "join" | "return" | "renewal" | "preflight";
  /**
   * Aborted when the answer has no use any more: the guest has left, was kicked or has sent another join, the answer
   * took longer than `authorizeTimeoutMs`, or the service closes. What `authorize` throws afterwards is not a failure.
   */
  readonly signal: AbortSignal;
  /** @deprecated Use `reason`. */
  readonly preflight?: true;
}

/** `true` or nothing admits; `false` rejects; a string rejects with that string as the message to the peer. */
export type Verdict = boolean | string | undefined;

/** Decides on a peer; a grant admits it, and says who it is. */
export type Authorize<S extends Socket = Socket> = (
  request: AuthorizeRequest<S>,
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function that only throws returns nothing
) => Verdict | Grant | void | PromiseLike<Verdict | Grant | void>;

/** All options are optional. An invalid value throws a `TypeError` that names the option. */
export interface SignalingOptions<S extends Socket = Socket> {
  /**
   * Sent to peers that join with a key, and to sockets that ask for them and are allowed to join. If the function fails
   * or takes longer than `authorizeTimeoutMs`, the peer joins without ICE servers, and the function is called again
   * until it succeeds: after a second, then after twice as long each time, up to a minute. Default: none.
   */
  iceServers?: readonly IceServer[] | IceServersFor<S> | undefined;
  /**
   * Decides on every join, return and renewal, and when a socket asks for ICE servers before it joins. `false`, a
   * sentence or a thrown `Unauthorized` rejects with the code `UNAUTHORIZED`. If the function throws anything else or
   * takes longer than `authorizeTimeoutMs`, nothing is decided: the call is rejected with `INTERNAL`, the peer may try
   * again, and a membership that it has goes on for `graceMs`. A `Grant` admits the peer, and says who it is and for
   * how long; an invalid one rejects as `UNAUTHORIZED`, and is reported as `error`. A join may come with the request to
   * connect: it is decided once the `connection` listeners of the application have returned, and again if it was
   * rejected. Default: everyone may join every room.
   */
  authorize?: Authorize<S> | undefined;
  /**
   * Validates the metadata of peers when they join and when they change it. The other peers receive the schema's
   * output. The metadata of a peer with a key must be valid; a legacy client may send none. Default: any JSON.
   */
  metadata?: StandardSchemaV1 | undefined;
  /**
   * Validates app messages by their type; a type without a schema is rejected. The data is relayed unchanged. Default:
   * any JSON.
   */
  messages?: Readonly<Record<string, StandardSchemaV1>> | undefined;
  /** Default 64. */
  maxPeersPerRoom?: number | undefined;
  /**
   * Whether a full room gives the place of a member that is away to whoever joins: to the one that has been away for
   * longest it is as if its grace time had ended. Default false.
   */
  evictAway?: boolean | undefined;
  /** Default 8. */
  maxRoomsPerSocket?: number | undefined;
  /** Milliseconds that a peer with a key may be away before it leaves. Default 30 000; with 0 it leaves at once. */
  graceMs?: number | undefined;
  /** Milliseconds that each call of `authorize`, `iceServers` or a schema may take. Default 5 000. */
  authorizeTimeoutMs?: number | undefined;
  /** Bounds on single messages. */
  limits?: Partial<Limits> | undefined;
  /** How much one client may send, and cause to be sent. `false` switches the limit off. */
  rateLimit?: Partial<RateLimit> | false | undefined;
  /**
   * Bytes of this library's events that may wait to be sent on one connection of Socket.IO; a client that reads too
   * slowly is cut off beyond that, and may come back. The connection is closed, unless most of what waits is the
   * application's: then only the socket is disconnected. Characters outside ASCII count as one byte. Raise it together
   * with `maxPeersPerRoom` and the limit of metadata. Default 4 MiB.
   */
  maxQueuedBytes?: number | undefined;
  /**
   * Stores who is in which room; or a function that makes a store for each namespace, by its name, as a parent
   * namespace needs it. Default: the memory of this process.
   */
  roster?: Roster | ((namespace: string) => Roster) | undefined;
  /**
   * Put before the name of each event, in both directions, as by the same option of `PeerManager`: for a namespace
   * where the application uses such names itself. Clients of the base protocol have no prefix. At most 64 characters.
   * Default: none.
   */
  eventPrefix?: string | undefined;
  /**
   * Makes spans for OpenTelemetry: one for each join, as the child of the client's `traceparent`, and one for each
   * offer, answer, candidate and message that is relayed, as the child of its sender's join. Default: no tracing.
   */
  tracer?: Tracer | undefined;
  /** Receives the log. Default: no log. */
  logger?: Logger | undefined;
  /** Replaces the clock, for tests. Default: the clock of this process. */
  clock?: Clock | undefined;
}
