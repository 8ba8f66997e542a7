import { createClientEventReader, createServerEvents, type Limits } from "@sig/protocol";
import { endAll, kick, sendFromServer, type KickOptions } from "./application-actions.js";
import { attachedTo } from "./attached.js";
import { SignalingEmitter, type PeerInfo, type SignalingEvents } from "./application-events.js";
import { report, type Core } from "./core.js";
import { describe } from "./describe.js";
import { guardLogger } from "./logger.js";
import { type Connection } from "./membership.js";
import { longestDelayMs, wholeNumber } from "./option-checks.js";
import { type SignalingOptions } from "./options.js";
import { LocalRouter } from "./routing/local-router.js";
import { serveSocket } from "./serve-socket.js";
import { settleOptions } from "./settings.js";
import { sweepConnections } from "./sweep.js";
import { namespaceOf, type Namespace, type Server, type Socket } from "./socket-io.js";

/** A signaling service on one namespace. */
export interface Signaling {
  /** The bounds on single messages that this service applies. */
  readonly limits: Limits;
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
  /** Every room with the number of its members, those that are away included. */
  rooms(): Promise<{ name: string; peers: number }[]>;
  /** The members of a room in the order in which they joined; an empty list if the room does not exist. */
  peers(room: string): Promise<PeerInfo[]>;
  /**
   * Removes a peer from a room, or rejects its join that still waits, and bans its id: for `banMs`, or for as long as
   * the room has members. The peer receives the reason, the others only that it was kicked.
   * @param options the reason, or all options
   * @returns whether the peer was a member, or about to become one; rejects with a TypeError if `banMs` is invalid
   */
  kick(room: string, peerId: string, options?: string | KickOptions): Promise<boolean>;
  /**
   * Sends a message from the server to one peer, or to all peers of a room. Peers that joined with a key and are online
   * receive it. If there is no such peer, nothing happens.
   * @throws TypeError if `type` does not have 1 to 64 characters, or `data` is not JSON within the limits
   */
  send(room: string, type: string, data: unknown, to?: string): void;
  /**
   * Serves one more socket as if it had connected to the namespace: for transports other than Socket.IO, such as
   * `@sig/server/device`. Every limit, rule and option applies to it. The library adds listeners to the socket, sends
   * with `emit`, and treats the event `disconnect` as its end. Its `id` must be unique and have at most 128 characters.
   * It must not have 20 or 22 characters: ids of Socket.IO and of peers with a key have these lengths.
   * @param options.graceMs milliseconds that the socket's memberships with a key may be away. Default: the `graceMs` of
   *   `attachSignaling`
   * @returns false if the socket is served already, or this service is closed
   * @throws TypeError if `graceMs` is invalid
   */
  serve(socket: Socket, options?: { readonly graceMs?: number | undefined }): boolean;
  /**
   * Ends every membership (`exit`, reason `closed`) and removes every listener that `attachSignaling` has
   * added. The application's server keeps running, and signaling may be attached to it again. Joins that are not
   * complete are rejected with `CLOSING`. Further calls return the same promise.
   */
  close(): Promise<void>;
}

/** There is at most one service on a namespace. */
const serviceName = "signaling";

/**
 * Serves WebRTC signaling on the main namespace of a Socket.IO server, or on the namespace given. Sockets that are
 * connected already are served as well. Nothing else changes in the application: no Socket.IO room is joined, and no
 * middleware added.
 * @throws TypeError if an option is invalid; Error if the namespace is served already
 */
export function attachSignaling<S extends Socket = Socket>(
  io: Server<S> | Namespace<S>,
  options: SignalingOptions<S> = {},
): Signaling {
  // The application's functions receive sockets of its own namespace, so these have its own type, unless they were
  // given to `serve`.
  const settings = settleOptions(options as SignalingOptions);
  const namespace = namespaceOf<Socket>(io);
  const attached = attachedTo(namespace);
  if (attached.has(serviceName))
    throw new Error("Signaling is attached to this namespace already. Call close() on it first.");
  const { roster } = settings;
  const connections = new Map<string, Connection>();
  const events = new SignalingEmitter();
  const log = guardLogger(options.logger);
  const core: Core = {
    settings,
    readClientEvent: createClientEventReader(settings.limits),
    serverEvents: createServerEvents(settings.limits),
    events,
    log,
    router: new LocalRouter(connections, (cause) => report({ log, events }, "socket", cause)),
    rooms: new Map(),
    connections,
    closing: false,
  };
  const served = new Map<Socket, () => void>();
  let resolveClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => (resolveClosed = resolve));

  const serve = (socket: Socket, graceMs: number): boolean => {
    if (core.closing || served.has(socket) || connections.has(socket.id)) return false;
    served.set(
      socket,
      serveSocket(core, socket, graceMs, () => served.delete(socket)),
    );
    return true;
  };
  const onConnection = (socket: Socket): void => void serve(socket, settings.graceMs);
  namespace.on("connection", onConnection);
  for (const socket of namespace.sockets.values()) onConnection(socket);
  attached.add(serviceName);
  const stopSweeping = sweepConnections(core);

  return {
    limits: settings.limits,
    on: (event, listener) => events.on(event, listener),
    rooms: async () => Array.from(await roster.rooms(), ({ name, peers }) => ({ name, peers })),
    peers: async (room) => (await roster.list(room)).map(describe),
    kick: (room, peerId, options) => kick(core, room, peerId, options),
    send: (room, type, data, to) => sendFromServer(core, room, type, data, to),
    serve: (socket, { graceMs = settings.graceMs } = {}) =>
      serve(socket, wholeNumber("graceMs", graceMs, 0, longestDelayMs)),
    close: () => {
      if (core.closing) return closed;
      core.closing = true;
      endAll(core);
      events.clear();
      namespace.off("connection", onConnection);
      for (const unbind of served.values()) unbind();
      served.clear();
      attached.delete(serviceName);
      stopSweeping();
      resolveClosed();
      return closed;
    },
  };
}
