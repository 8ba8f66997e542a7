import { BatchedWrites } from "./batch-writes.js";
import { bindEvent } from "./bind-event.js";
import { connectionId } from "./connection-id.js";
import { contextOfSocket, type Core } from "./core.js";
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
import { Memberships } from "./memberships.js";
import { type Reader } from "./outbound-queues.js";
import { type JoinsOnConnect, type PendingJoin } from "./pending-join.js";
import { disconnect } from "./presence.js";
import { type RateLimiter } from "./rate-limiter.js";
import { SharedListeners, type SharedListener } from "./shared-listeners.js";
import { none } from "./short-list.js";
import { type Socket } from "./socket-io.js";
import { tracedHandlers, type TracedHandlers } from "./tracing/traced-handlers.js";

/** The handlers of the events that can be traced. */
const handlers: TracedHandlers = {
  createAndJoinRoom: joinRoom,
  offer: relay("offer"),
  answer: relay("answer"),
  candidate: relay("candidate"),
  message,
};

/** What a service has for its sockets. */
export interface Service {
  readonly core: Core;
  readonly listeners: SharedListeners<Socket>;
  /** The one of them that listens to joins. */
  readonly listenToJoin: SharedListener<Socket>[1];
  readonly batches: BatchedWrites;
}

export function createService(core: Core): Service {
  const { tracer } = core.settings;
  // Decided once: the relay pays nothing for a tracer that is not there.
  const handle = tracer === undefined ? handlers : tracedHandlers(tracer, handlers);
  const join = listenForRepetitions(core, bindEvent(core, "createAndJoinRoom", handle.createAndJoinRoom));
  const listeners = new SharedListeners<Socket>([
    join,
    bindEvent(core, "offer", handle.offer),
    bindEvent(core, "answer", handle.answer),
    bindEvent(core, "candidate", handle.candidate),
    bindEvent(core, "exit", leaveRoom),
    bindEvent(core, "leaving", recordLeaving),
    bindEvent(core, "message", handle.message),
    bindEvent(core, "metadata", metadata),
    bindEvent(core, "iceServers", iceServers),
    ["disconnect", onDisconnect],
  ]);
  function onDisconnect(this: Socket, reason?: unknown): void {
    contextOfSocket(core, this)?.connection.ended(reason);
  }
  return { core, listeners, batches: new BatchedWrites(), listenToJoin: join[1] };
}

/** Adds the listeners to one socket, and answers the joins that it connected with. */
export function serveSocket(service: Service, socket: Socket, how: Pick<Connection, "graceMs" | "authorize">): void {
  const connection = new ServedSocket(service, socket, how);
  service.core.connections.set(connection.id, connection);
  connection.listen();
}

/** A socket that is served. There is one for each client: it is kept small. */
class ServedSocket implements Connection, Reader {
  readonly id: string;
  readonly socket: Socket;
  readonly graceMs: number;
  readonly authorize: Connection["authorize"];
  readonly limiter: RateLimiter | undefined;
  readonly memberships = new Memberships<Membership>();
  pendingJoins: readonly PendingJoin[] = none;
  questions: readonly AbortController[] = none;
  cutOff: Connection["cutOff"] = undefined;
  joinsOnConnect: JoinsOnConnect | undefined = undefined;
  readonly #service: Service;

  constructor(service: Service, socket: Socket, { graceMs, authorize }: Pick<Connection, "graceMs" | "authorize">) {
    this.id = connectionId(socket);
    this.socket = socket;
    this.graceMs = graceMs;
    this.authorize = authorize;
    this.limiter = service.core.rateLimiters?.open(socket.conn);
    this.#service = service;
  }

  listen(): void {
    const { core, listeners, batches, listenToJoin } = this.#service;
    listeners.add(this.socket);
    core.outbound.watch(this.socket.conn, this);
    batches.watch(this.socket);
    const joins = takeJoinsOnConnect(this.socket, core.settings.eventPrefix);
    if (joins.length > 0) answerJoinsOnConnect({ core, connection: this }, joins, listenToJoin);
  }

  ended(reason?: unknown): void {
    const { core } = this.#service;
    if (reason === "flood" || reason === "slow-reader") reportCutOff({ core, connection: this }, reason);
    this.release();
    disconnect(core, this, reason);
  }

  restoreListeners(): void {
    this.#service.listeners.restore(this.socket);
  }

  onOverflow(closes: boolean): void {
    const context = { core: this.#service.core, connection: this };
    if (closes) reportCutOff(context, "slow-reader");
    else cutOff(context, "slow-reader");
  }

  release(): void {
    const { core, listeners } = this.#service;
    core.outbound.unwatch(this.socket.conn, this);
    listeners.remove(this.socket);
    this.joinsOnConnect?.forget();
    if (this.limiter !== undefined) core.rateLimiters?.close(this.limiter);
  }
}
