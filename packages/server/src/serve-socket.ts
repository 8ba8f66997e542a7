import { batchWrites, unbatchWrites } from "./batch-writes.js";
import { bindEvent } from "./bind-event.js";
import { connectionId } from "./connection-id.js";
import { type Context, type Core } from "./core.js";
import { cutOff, reportCutOff } from "./cut-off.js";
import { iceServers } from "./handlers/ice-servers.js";
import { joinRoom } from "./handlers/join-room.js";
import { leaveRoom } from "./handlers/leave-room.js";
import { message } from "./handlers/message.js";
import { metadata } from "./handlers/metadata.js";
import { recordLeaving } from "./handlers/record-leaving.js";
import { relay } from "./handlers/relay.js";
import { answerJoinsOnConnect, listenForRepetitions, takeJoinsOnConnect } from "./joins-on-connect.js";
import { type Connection, type Membership } from "./membership.js";
import { type Reader } from "./outbound-queues.js";
import { type JoinsOnConnect, type PendingJoin } from "./pending-join.js";
import { disconnect } from "./presence.js";
import { type RateLimiter } from "./rate-limiter.js";
import { type Socket } from "./socket-io.js";
import { SocketListeners, type SharedListener } from "./socket-listeners.js";
import { tracedHandlers, type TracedHandlers } from "./tracing/traced-handlers.js";

/** The handlers of the events that can be traced. */
const handlers: TracedHandlers = {
  createAndJoinRoom: joinRoom,
  offer: relay("offer"),
  answer: relay("answer"),
  candidate: relay("candidate"),
  message,
};

/** That of a join is the first one. */
type SocketListenersOfService = readonly [join: SharedListener<Context>, ...others: SharedListener<Context>[]];

/** The listeners of a service, the same for each of its sockets. */
export function socketListeners(core: Core): SocketListenersOfService {
  const { tracer } = core.settings;
  // Decided once: the relay pays nothing for a tracer that is not there.
  const handle = tracer === undefined ? handlers : tracedHandlers(tracer, handlers);
  return [
    listenForRepetitions(bindEvent(core, "createAndJoinRoom", handle.createAndJoinRoom)),
    bindEvent(core, "offer", handle.offer),
    bindEvent(core, "answer", handle.answer),
    bindEvent(core, "candidate", handle.candidate),
    bindEvent(core, "exit", leaveRoom),
    bindEvent(core, "leaving", recordLeaving),
    bindEvent(core, "message", handle.message),
    bindEvent(core, "metadata", metadata),
    bindEvent(core, "iceServers", iceServers),
    ["disconnect", onDisconnect],
  ];
}

function onDisconnect(this: Context, reason?: unknown): void {
  this.connection.ended(reason);
}

/** Can be left alone again. */
interface Released {
  /** Removes the listeners. */
  release(): void;
}

/** What a service has for its sockets. */
export interface Service {
  readonly core: Core;
  /** Made by `socketListeners`. */
  readonly listeners: SocketListenersOfService;
  /** Sockets that are served. */
  readonly served: Map<Socket, Released>;
}

/** Adds the listeners to one socket, and answers the joins that it connected with. */
export function serveSocket(service: Service, socket: Socket, how: Pick<Connection, "graceMs" | "authorize">): void {
  const connection = new ServedSocket(service, socket, how);
  service.served.set(socket, connection);
  service.core.connections.set(connection.id, connection);
  connection.listen();
}

/** A socket that is served. There is one for each client: it is kept small. */
class ServedSocket implements Connection, Reader, Released {
  readonly id: string;
  readonly socket: Socket;
  readonly graceMs: number;
  readonly authorize: Connection["authorize"];
  readonly limiter: RateLimiter | undefined;
  readonly memberships = new Map<string, Membership>();
  pendingJoins: readonly PendingJoin[] = [];
  questions: readonly AbortController[] = [];
  cutOff: Connection["cutOff"] = undefined;
  joinsOnConnect: JoinsOnConnect | undefined = undefined;
  readonly #service: Service;
  #listeners: SocketListeners<Context> | undefined;

  constructor(service: Service, socket: Socket, { graceMs, authorize }: Pick<Connection, "graceMs" | "authorize">) {
    this.id = connectionId(socket);
    this.socket = socket;
    this.graceMs = graceMs;
    this.authorize = authorize;
    this.limiter = service.core.rateLimiters?.open(socket.conn);
    this.#service = service;
  }

  listen(): void {
    const { core, listeners } = this.#service;
    const context = { core, connection: this };
    this.#listeners = new SocketListeners<Context>(this.socket, listeners, context);
    core.outbound.watch(this.socket.conn, this);
    batchWrites(this.socket.conn);
    const joins = takeJoinsOnConnect(this.socket, core.settings.eventPrefix);
    const [[, listenToJoins]] = listeners;
    if (joins.length > 0) answerJoinsOnConnect(context, joins, listenToJoins);
  }

  ended(reason?: unknown): void {
    const { core, served } = this.#service;
    if (reason === "flood" || reason === "slow-reader") reportCutOff({ core, connection: this }, reason);
    this.release();
    served.delete(this.socket);
    disconnect(core, this, reason);
  }

  restoreListeners(): void {
    this.#listeners?.restore();
  }

  onOverflow(closes: boolean): void {
    const context = { core: this.#service.core, connection: this };
    if (closes) reportCutOff(context, "slow-reader");
    else cutOff(context, "slow-reader");
  }

  release(): void {
    const { core } = this.#service;
    core.outbound.unwatch(this.socket.conn, this);
    unbatchWrites(this.socket.conn);
    this.#listeners?.remove();
    this.joinsOnConnect?.forget();
    if (this.limiter !== undefined) core.rateLimiters?.close(this.limiter);
  }
}
