import { type IceServer, type Limits, type StandardSchemaV1 } from "@sig/protocol";
import { type Clock } from "./clock.js";
import { type Logger } from "./logger.js";
import { type RateLimit } from "./rate-limiter.js";
import { type Roster } from "./roster/roster.js";
import { type Socket } from "./socket-io.js";

/** ICE servers for one peer: a list, or a list that is valid for `ttl` seconds. */
export type IceServers =
  readonly IceServer[] | { readonly iceServers: readonly IceServer[]; readonly ttl?: number | undefined };

/**
 * Makes ICE servers for one peer, for instance with credentials of its own. For a socket that asks before it joins, `id` is
 * the socket's and `room` is the room that it named: it may be empty where there is no `authorize`.
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
  /** The metadata that the peer sent, not validated by the application's schema yet. */
  readonly metadata?: unknown;
  /** Whether the peer is a member of this room under the same key, online or away. */
  readonly resumed: boolean;
  /** The socket does not join now: it asks for the ICE servers that it would get, to test whether they answer. Absent for a join. */
  readonly preflight?: true;
}

/** `true` or nothing admits; `false` rejects; a string rejects with that string as the message to the peer. */
export type Verdict = boolean | string | undefined;

/** All options are optional. An invalid value throws a `TypeError` that names the option. */
export interface SignalingOptions<S extends Socket = Socket> {
  /**
   * Sent to peers that join with a key, and to sockets that ask for them and are allowed to join. Where the function fails or takes longer
   * than `authorizeTimeoutMs`, the join goes on without. Default: none.
   */
  iceServers?: readonly IceServer[] | IceServersFor<S> | undefined;
  /**
   * Decides on every join and every return, and when a socket asks for ICE servers before it joins. A rejection has the code
   * `UNAUTHORIZED`, also where the function throws or takes longer than `authorizeTimeoutMs`. Default: everyone may join every room.
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function that only rejects, by throwing, returns nothing
  authorize?: ((request: AuthorizeRequest<S>) => Verdict | void | PromiseLike<Verdict | void>) | undefined;
  /**
   * Validates the metadata of peers when they join and when they change it; the others receive its output. A peer with a key must
   * satisfy it; a legacy client may send no metadata at all. Default: any JSON.
   */
  metadata?: StandardSchemaV1 | undefined;
  /** Validates app messages by their type; a type without a schema is rejected. The data is relayed as it came. Default: any JSON. */
  messages?: Readonly<Record<string, StandardSchemaV1>> | undefined;
  /** Default 64. */
  maxPeersPerRoom?: number | undefined;
  /** Default 8. */
  maxRoomsPerSocket?: number | undefined;
  /** Milliseconds that a peer with a key may be away before it leaves. Default 30 000; with 0 it leaves at once. */
  graceMs?: number | undefined;
  /** Milliseconds that each call of `authorize`, `iceServers` or a schema may take. Default 5 000. */
  authorizeTimeoutMs?: number | undefined;
  /** Bounds on single messages. */
  limits?: Partial<Limits> | undefined;
  /** How much one socket may send. `false` switches the limit off. */
  rateLimit?: Partial<RateLimit> | false | undefined;
  /** Stores who is in which room. Default: the memory of this process. */
  roster?: Roster | undefined;
  /** Receives the log. Default: no log. */
  logger?: Logger | undefined;
  /** Replaces the clock, for tests. Default: the clock of this process. */
  clock?: Clock | undefined;
}
