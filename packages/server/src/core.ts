import { type ReadClientEvent, type ServerEvents } from "@sig/protocol";
import { SignalingFault, type FaultSource, type SignalingEmitter } from "./application-events.js";
import { connectionId } from "./connection-id.js";
import { type Bans } from "./roster/bans.js";
import { type Log } from "./logger.js";
import { type Counters } from "./metrics/counters.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { type Connection, type Room } from "./membership.js";
import { type NodeChannel } from "./nodes/node-channel.js";
import { type NodeQuestions } from "./nodes/node-questions.js";
import { type OutboundQueues } from "./outbound-queues.js";
import { type RateLimiters } from "./rate-limiters.js";
import { type SharedRoster } from "./roster/shared-roster.js";
import { type Router } from "./routing/router.js";
import { type Settings } from "./settings.js";
import { type Socket } from "./socket-io.js";

/** While a node is drained (drain.ts). */
export interface Draining {
  /**
   * A connection has to come back on another node: it is moved within `spreadMs`, unless it is about to be moved
   * already.
   */
  redirect(connection: Connection, spreadMs?: number): void;
  /** This node holds nobody any more. */
  emptied(): void;
  /** The service closes: members that are left are handed over to the nodes that share the roster. */
  end(): void;
  readonly done: Promise<DrainResult>;
}

/** How the drain of a node has ended. */
export interface DrainResult {
  /** The members that this node still has, those that are away included. */
  readonly remaining: number;
}

/** The state of one attachment. Handlers are plain functions of it and of a payload. */
export interface Core {
  readonly settings: Settings;
  /** Reads what clients send, with this application's limits. */
  readonly readClientEvent: ReadClientEvent;
  readonly serverEvents: ServerEvents;
  readonly events: SignalingEmitter;
  readonly log: Log;
  readonly counters: Counters;
  readonly router: Router;
  /** The roster, if several nodes share it. */
  readonly shared: SharedRoster | undefined;
  /** Brings messages to the nodes that share the roster. */
  readonly nodeChannel: NodeChannel | undefined;
  /** What this node has asked the others. */
  readonly questions: NodeQuestions;
  /** The name of this node; absent if it is the only one. Members that are connected here have it in their entry. */
  readonly node: string | undefined;
  /** Absent if the rate limit is switched off. */
  readonly rateLimiters: RateLimiters | undefined;
  readonly outbound: OutboundQueues;
  /** By room name. A map, since clients choose the names. */
  readonly rooms: Map<string, Room>;
  /** By their id. */
  readonly connections: Map<string, Connection>;
  /** Users that are kept out of rooms, whatever their key. */
  readonly userBans: Bans;
  /** Whether the latest question to the roster had an answer. */
  rosterAnswers: boolean;
  closing: boolean;
  /** Set once the drain has begun. */
  draining: Draining | undefined;
}

/** The connection that calls, and the attachment that serves it. */
export interface Context {
  readonly core: Core;
  readonly connection: Connection;
}

/** Of a socket that is served; absent for any other. */
export function contextOfSocket(core: Core, socket: Socket): Context | undefined {
  const connection = core.connections.get(connectionId(socket));
  return connection && { core, connection };
}

/** Emits a failure as `error`. The log has no details: they may hold a secret of the application. */
export function report(
  { log, events, counters }: Pick<Core, "log" | "events" | "counters">,
  source: FaultSource,
  cause: unknown,
): void {
  counters.faults[source] += 1;
  log.error("signaling fault", { source, error: cause instanceof Error ? cause.name : typeof cause });
  events.emit("error", new SignalingFault(source, cause));
}

/** Runs a task that nobody waits for. A failure is reported. */
export function attempt(core: Core, source: FaultSource, task: () => MaybePromise<unknown>): void {
  try {
    const result = task();
    if (isPromiseLike(result)) result.then(undefined, (cause: unknown) => report(core, source, cause));
  } catch (cause) {
    report(core, source, cause);
  }
}
