import { type Json, type Limits } from "@sig/protocol";
import { type PeerInfo, type RejectedEvent, type SignalingEvents } from "./application-events.js";
import { type DrainResult } from "./core.js";
import { type DrainOptions } from "./drain.js";
import { type FindQuery } from "./find-peers.js";
import { type KickOptions } from "./kick.js";
import { type Metrics } from "./metrics/metrics.js";
import { type Authorize } from "./options.js";
import { type Socket } from "./socket-io.js";

/** A signaling service on one namespace. */
export interface Signaling {
  /** The bounds on single messages that this service applies. */
  readonly limits: Limits;
  /** Put before the name of each event, of sockets that are given to `serve` as well; empty by default. */
  readonly eventPrefix: string;
  /**
   * Adds a listener. A listener that throws, or whose promise rejects, is reported as `error`, and affects no other
   * listener.
   * @returns a function that removes the listener
   * @throws TypeError if the event is unknown or the listener is not a function
   */
  on<Event extends keyof SignalingEvents>(
    event: Event,
    listener: (detail: SignalingEvents[Event]) => unknown,
  ): () => void;
  /**
   * What this service has counted since it was attached, and what there is now, on this node alone. One look at each
   * member: for a scrape every few seconds, not for each request. It works after `close` as well. On a parent
   * namespace: the sum over all children, those that were closed included.
   * @returns a frozen object
   */
  metrics(): Metrics;
  /** Every room with the number of its members, those that are away included. */
  rooms(): Promise<{ name: string; peers: number }[]>;
  /** The members of a room in the order in which they joined; an empty list if the room does not exist. */
  peers(room: string): Promise<PeerInfo[]>;
  /**
   * Removes a peer from a room, or rejects its join that still waits, and bans its id: for `banMs`, or for as long as
   * the room has members. The peer receives the reason, the others only that it was kicked.
   * @param options the reason, or all options
   * @returns whether the peer was a member, or about to become one. It is removed by then on all nodes that share the
   *   roster: also if its own node is dead or cut off, which is waited for no longer than a second; the reason does not
   *   reach the peer then. Rejects with a TypeError if `banMs` is invalid, and if the roster fails
   */
  kick(room: string, peerId: string, options?: string | KickOptions): Promise<boolean>;
  /**
   * Removes every peer of a user from a room, rejects those of its joins that the application has admitted and that
   * still wait, and bans the user, also under other keys: for `banMs`, or for as long as the room has members. The ban
   * counts for users that `authorize` grants, whether they are in the room now or not.
   * @returns how many peers were members, or about to become members; rejects with a TypeError if `user` is empty or
   *   `banMs` is invalid
   */
  kick(room: string, who: { readonly user: string }, options?: string | KickOptions): Promise<number>;
  /**
   * Changes what the application says of a peer. All peers with a key are notified, the peer itself included. `null`
   * removes what is there.
   * @returns whether the peer is a member. If so, all nodes that share the roster have the attributes or get them, also
   *   the peer's own one when it was cut off and comes back; of two calls at the same time either may be the last one.
   *   Rejects with a TypeError if the attributes are not JSON within the limits of metadata, and if the roster fails
   */
  setAttributes(room: string, peerId: string, attributes: Json): Promise<boolean>;
  /**
   * The peers of a user in all rooms, or those of a socket that is connected here.
   * @returns rejects with a TypeError if the query has neither, or an empty one
   */
  find(query: FindQuery): Promise<PeerInfo[]>;
  /**
   * Sends a message from the server to one peer, or to all peers of a room. Peers that joined with a key and are online
   * receive it. If there is no such peer, nothing happens.
   * @throws TypeError if `type` does not have 1 to 64 characters, or `data` is not JSON within the limits
   */
  send(room: string, type: string, data: unknown, to?: string): void;
  /**
   * Serves one more socket as if it had connected to the namespace: for transports other than Socket.IO, such as
   * `@sig/server/device`. Every limit, rule and option applies to it. The library adds listeners to the socket, sends
   * with `emit`, and treats the event `disconnect` as its end; with the argument `flood` or `slow-reader` it counts as
   * cut off. Its `id` must be unique and have at most 128 characters. It must not have 20 or 22 characters: ids of
   * Socket.IO and of peers with a key have these lengths.
   * @param options.graceMs milliseconds that the socket's memberships with a key may be away. Default: the `graceMs` of
   *   `attachSignaling`
   * @param options.authorize decides on this socket's joins before the `authorize` of the service, which then has to
   *   admit them as well. Where both grant a field, the service's counts; of two ends the earlier one. Default: none
   * @returns false if the socket is served already, or this service is closed
   * @throws TypeError if an option is invalid
   */
  serve(
    socket: Socket,
    options?: { readonly graceMs?: number | undefined; readonly authorize?: Authorize | undefined },
  ): boolean;
  /** Emits `rejected`, for a transport that uses `serve` and has rejected a client without asking this service. */
  reportRejected(rejected: RejectedEvent): void;
  /**
   * Of a service on a parent namespace: the service of one child, such as `of("/tenant-7")`. Each child has rooms,
   * rosters and limits of its own; the methods of the parent that name a room throw.
   * @throws Error if this is not a parent namespace
   */
  of(namespace: string): Signaling;
  /** Whether `drain` was called: a health check may answer with it, so that nobody new is sent here. */
  readonly draining: boolean;
  /**
   * Moves all members to other nodes before this one stops. From now on joins are rejected with `CLOSING`, `retryable`,
   * those of members that come back as well; only a member that joins again over the connection that it has, to renew
   * its membership, is still admitted. Connections with members are spread over the first half of the time: each client
   * is asked to connect again at a random moment of its own, by the event `drain` if it has that feature, or by the end
   * of its connection. Members with a key are away meanwhile, and nobody is notified of an exit. Legacy clients leave.
   * A second call changes nothing,
   * and has the same result.
   *
   * If several nodes share the roster, `close` then leaves the members that remain to the other nodes, with their grace
   * time. With a roster in memory there is nowhere to go: members stay away until `close` ends their membership.
   * @returns resolves once this node has no members any more, or after `withinMs`, with the number of those that it
   *   still has; rejects with a TypeError if `withinMs` is not a whole number from 0 to 3 600 000
   */
  drain(options?: DrainOptions): Promise<DrainResult>;
  /**
   * Ends every membership (`exit`, reason `closed`) and removes every listener that `attachSignaling` has
   * added. The application's server keeps running, and signaling may be attached to it again. Joins that are not
   * complete are rejected with `CLOSING`. Further calls return the same promise.
   */
  close(): Promise<void>;
}
