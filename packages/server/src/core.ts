import { type ClientEvents, type ServerEvents } from "@sig/protocol";
import { type Log } from "./logger.js";
import { type Connection, type Room } from "./membership.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { type Settings } from "./settings.js";
import { SignalingFault, type FaultSource, type SignalingEmitter } from "./signaling-events.js";

/** What one attachment knows: its handlers are plain functions of this and of a payload. */
export interface Core {
  readonly settings: Settings;
  /** The schemas of what clients send, with this host's limits. */
  readonly clientEvents: ClientEvents;
  readonly serverEvents: ServerEvents;
  readonly events: SignalingEmitter;
  readonly log: Log;
  /** Looked up by names that clients chose, so never a plain object. */
  readonly rooms: Map<string, Room>;
  readonly connections: Map<string, Connection>;
  closing: boolean;
}

/** Who calls, and where. */
export interface Context {
  readonly core: Core;
  readonly connection: Connection;
}

/** Tells the host that something of its own failed. The log names no details: they may hold a secret of the host's. */
export function report(core: Core, source: FaultSource, cause: unknown): void {
  core.log.error("something of the host's failed", {
    source,
    error: cause instanceof Error ? cause.name : typeof cause,
  });
  core.events.emit("error", new SignalingFault(source, cause));
}

/** Does what nobody waits for; a failure is the host's to hear of. */
export function attempt(core: Core, source: FaultSource, task: () => MaybePromise<unknown>): void {
  try {
    const result = task();
    if (isPromiseLike(result)) result.then(undefined, (cause: unknown) => report(core, source, cause));
  } catch (cause) {
    report(core, source, cause);
  }
}
