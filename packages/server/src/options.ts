import { type IceServer, type Limits, type StandardSchemaV1 } from "@sig/protocol";
import { type Logger } from "./logger.js";
import { type RateLimit } from "./rate-limiter.js";
import { type Roster } from "./roster/roster.js";
import { type Socket } from "./socket-io.js";

/** ICE servers for one peer: a list, or a list that is good for `ttl` seconds. */
export type IceServers =
  readonly IceServer[] | { readonly iceServers: readonly IceServer[]; readonly ttl?: number | undefined };

/**
 * Makes ICE servers for one peer, for instance with credentials of its own. For a socket that asks before it joins, `id` is
 * the socket's and `room` is what it named: it may be empty where there is no `authorize`.
 */
export type IceServersFor<S extends Socket = Socket> = (peer: {
  readonly id: string;
  readonly room: string;
  readonly socket: S;
}) => IceServers | PromiseLike<IceServers>;

/** What `authorize` is asked. */
export interface AuthorizeRequest<S extends Socket = Socket> {
  readonly socket: S;
  readonly room: string;
  readonly token?: string;
  /** What the peer says of itself, not judged by the host's schema yet. */
  readonly metadata?: unknown;
  /** Whether the peer is, or was until just now, a member of this room under the same key. */
  readonly resumed: boolean;
  /** The socket does not join now: it asks for the ICE servers that it would get, to see whether they answer. Absent for a join. */
  readonly preflight?: true;
}

/** `true` or nothing lets in; `false` refuses; a text refuses with that text as the message the peer is given. */
export type Verdict = boolean | string | undefined;

/** Every option may be left out. A value that cannot be meant throws a `TypeError` that names the option. */
export interface SignalingOptions<S extends Socket = Socket> {
  /**
   * Handed to peers that join with a key, and to whoever asks for them and might join. Where the function fails or is too
   * slow the join goes on without.
   */
  iceServers?: readonly IceServer[] | IceServersFor<S> | undefined;
  /**
   * Asked on every join and on every return, and when somebody asks for ICE servers before joining. Refuses with `UNAUTHORIZED`, also where it throws or takes longer than
   * `authorizeTimeoutMs`. Without it everybody may join every room.
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function that only refuses, by throwing, returns nothing
  authorize?: ((request: AuthorizeRequest<S>) => Verdict | void | PromiseLike<Verdict | void>) | undefined;
  /**
   * Judges what peers say of themselves, on joining and later; others see what it gives back. A peer with a key must
   * satisfy it; one without may say nothing at all, as clients of the seed protocol do.
   */
  metadata?: StandardSchemaV1 | undefined;
  /** Judges app messages by their type; a type that is not named is refused. They are passed on as they came. Default: any JSON. */
  messages?: Readonly<Record<string, StandardSchemaV1>> | undefined;
  /** Default 64. */
  maxPeersPerRoom?: number | undefined;
  /** Default 8. */
  maxRoomsPerSocket?: number | undefined;
  /** Milliseconds that a peer with a key may be away before it leaves. Default 30 000; 0 = it leaves at once. */
  graceMs?: number | undefined;
  /** Milliseconds that `authorize`, `iceServers` and each schema may take. Default 5 000. */
  authorizeTimeoutMs?: number | undefined;
  /** Bounds on single messages. */
  limits?: Partial<Limits> | undefined;
  /** `false` = no bound on how much a socket sends. */
  rateLimit?: Partial<RateLimit> | false | undefined;
  /** Who is in which room. Default: in the memory of this process. */
  roster?: Roster | undefined;
  /** Silent by default. */
  logger?: Logger | undefined;
}
