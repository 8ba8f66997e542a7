import { createClientEvents, createServerEvents, type Limits } from "@sig/protocol";
import { bindEvent } from "./bind-event.js";
import { type Context, type Core } from "./core.js";
import { announceLeaving } from "./handlers/announce-leaving.js";
import { iceServers } from "./handlers/ice-servers.js";
import { joinRoom } from "./handlers/join-room.js";
import { leaveRoom } from "./handlers/leave-room.js";
import { message } from "./handlers/message.js";
import { metadata } from "./handlers/metadata.js";
import { relay } from "./handlers/relay.js";
import { endAll, kick, sendFromServer } from "./host-actions.js";
import { guardLogger } from "./logger.js";
import { countPeers, describeEntry, type Connection } from "./membership.js";
import { type SignalingOptions } from "./options.js";
import { drop } from "./presence.js";
import { RateLimiter } from "./rate-limiter.js";
import { longestDelayMs, settle, whole } from "./settings.js";
import { SignalingEmitter, type PeerInfo, type SignalingEvents } from "./signaling-events.js";
import { namespaceOf, type Namespace, type Server, type Socket } from "./socket-io.js";

/** A signaling service on one namespace. */
export interface Signaling {
  /** The bounds on single messages that this service judges by. */
  readonly limits: Limits;
  /**
   * Hears of what happens. A listener that throws, or whose promise is rejected, is told of as `error` and breaks nothing.
   * @returns a function that takes the listener off again
   */
  on<Event extends keyof SignalingEvents>(
    event: Event,
    listener: (detail: SignalingEvents[Event]) => unknown,
  ): () => void;
  /** Every room with the number of its members, those away included. */
  rooms(): Promise<{ name: string; peers: number }[]>;
  /** The members of a room in the order in which they joined; none where there is no such room. */
  peers(room: string): Promise<PeerInfo[]>;
  /**
   * Removes a peer from a room and keeps its id out for as long as the room has members. The peer is told `reason`
   * (256 characters at most), the others only that it was kicked.
   * @returns whether there was such a peer
   */
  kick(room: string, peerId: string, reason?: string): Promise<boolean>;
  /**
   * Sends a message from the server to one peer, or to all peers of a room. It reaches those that joined with a key and
   * are online; that it reaches nobody is no error.
   * @throws TypeError where the message is none: `type` 1 to 64 characters, `data` JSON within the limits
   */
  send(room: string, type: string, data: unknown, to?: string): void;
  /**
   * Serves one more socket as if it had connected to the namespace: for ways in other than Socket.IO, as `@sig/server/device` is one.
   * Every limit, rule and hook holds for it. What it sends is what its listeners are called with, what it hears is `emit`, and its
   * end is `disconnect`. Its `id` must be its own: at most 128 characters, and neither 20 nor 22, as those of Socket.IO and of peers with a key.
   * @param options.graceMs how long its memberships with a key may be away; the `graceMs` of `attachSignaling` unless given
   * @returns false where it is served already, or this service is closed
   */
  serve(socket: Socket, options?: { readonly graceMs?: number | undefined }): boolean;
  /**
   * Ends every membership (`exit`, reason `closed`) and takes every listener off again that `attachSignaling` has put
   * on; the host's server goes on, and may be attached to again. Joins that wait for an answer are refused with `CLOSING`.
   * Calling it again gives the same promise.
   */
  close(): Promise<void>;
}

const relayOffer = relay("offer");
const relayAnswer = relay("answer");
const relayCandidate = relay("candidate");

const attached = new WeakSet();

/**
 * Serves WebRTC signaling on a Socket.IO server's main namespace, or on the namespace given. Sockets that are connected
 * already are served as well. Nothing else of the host's is touched: no room is joined, no middleware added.
 * @throws TypeError where an option cannot be meant; Error where this namespace is served already
 */
export function attachSignaling<S extends Socket = Socket>(
  io: Server<S> | Namespace<S>,
  options: SignalingOptions<S> = {},
): Signaling {
  // Every socket that the host's functions are called with comes from its own namespace, and so is of its own type, unless it was given to `serve`.
  const settings = settle(options as SignalingOptions);
  const namespace = namespaceOf<Socket>(io);
  if (attached.has(namespace)) throw new Error("Signaling is attached to this namespace already; close() it first.");
  const core: Core = {
    settings,
    clientEvents: createClientEvents(settings.limits),
    serverEvents: createServerEvents(settings.limits),
    events: new SignalingEmitter(),
    log: guardLogger(options.logger),
    rooms: new Map(),
    connections: new Map(),
    closing: false,
  };
  const unbinders = new Set<() => void>();
  let resolveClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => (resolveClosed = resolve));

  const serve = (socket: Socket, graceMs: number): boolean => {
    if (core.closing || core.connections.has(socket.id)) return false;
    const unbind = bindSocket(core, socket, graceMs, () => unbinders.delete(unbind));
    unbinders.add(unbind);
    return true;
  };
  const onConnection = (socket: Socket): void => void serve(socket, settings.graceMs);
  namespace.on("connection", onConnection);
  for (const socket of namespace.sockets.values()) onConnection(socket);
  attached.add(namespace);

  return {
    limits: settings.limits,
    on: (event, listener) => core.events.on(event, listener),
    rooms: async () => Array.from(await settings.roster.rooms(), ({ name, peers }) => ({ name, peers })),
    peers: (room) => Promise.resolve(settings.roster.list(room).map(describeEntry)),
    kick: (room, peerId, reason) => kick(core, room, peerId, reason),
    send: (room, type, data, to) => sendFromServer(core, room, type, data, to),
    serve: (socket, { graceMs = settings.graceMs } = {}) => serve(socket, whole("graceMs", graceMs, 0, longestDelayMs)),
    close: () => {
      if (core.closing) return closed;
      core.closing = true;
      endAll(core);
      core.events.clear();
      namespace.off("connection", onConnection);
      for (const unbind of unbinders) unbind();
      unbinders.clear();
      attached.delete(namespace);
      resolveClosed();
      return closed;
    },
  };
}

/** Puts the listeners on one socket. */
function bindSocket(core: Core, socket: Socket, graceMs: number, onGone: () => void): () => void {
  const connection: Connection = {
    socket,
    graceMs,
    memberships: new Map(),
    pendingJoins: new Map(),
    limiter: core.settings.rateLimit && new RateLimiter(core.settings.rateLimit, () => countPeers(connection)),
  };
  core.connections.set(socket.id, connection);
  const context: Context = { core, connection };
  const onDisconnect = (): void => {
    unbind();
    onGone();
    drop(core, connection);
  };
  const unbindEvents = [
    bindEvent(context, "createAndJoinRoom", joinRoom),
    bindEvent(context, "offer", relayOffer),
    bindEvent(context, "answer", relayAnswer),
    bindEvent(context, "candidate", relayCandidate),
    bindEvent(context, "exit", leaveRoom),
    bindEvent(context, "leaving", announceLeaving),
    bindEvent(context, "message", message),
    bindEvent(context, "metadata", metadata),
    bindEvent(context, "iceServers", iceServers),
  ];
  const unbind = (): void => {
    socket.off("disconnect", onDisconnect);
    for (const unbindEvent of unbindEvents) unbindEvent();
  };
  socket.on("disconnect", onDisconnect);
  return unbind;
}
