import { type ErrorCode, type ExitReason, type Presence } from "@sig/protocol";
import { type CutOffReason, type FaultSource } from "../application-events.js";
import { type RelayedEvent } from "./counters.js";

/** What is true at the moment: 1, or 0. */
export interface MetricStates {
  /** Whether `close` was called. */
  readonly closing: number;
  /** Whether `drain` was called. */
  readonly draining: number;
  /**
   * Whether the roster answers. One in memory always does. `redisRoster` does while Redis has answered a heartbeat of
   * this node within the last 6 s. Any other does unless the latest question to it failed; `rooms()` is one, too.
   */
  readonly rosterReachable: number;
}

/** How many there are at the moment, on this node alone. */
export interface MetricGauges {
  /** Sockets that are served, whether they have joined a room or not. */
  readonly connections: number;
  /** Rooms that have members of this node. */
  readonly rooms: number;
  /** Joins that wait for the application or for the roster. */
  readonly pendingJoins: number;
}

/** How many there have been on this node since `attachSignaling`. None of these numbers ever decreases. */
export interface MetricTotals {
  /** New memberships. */
  readonly joins: number;
  /** Memberships that went on over a new connection: the peer was away, or its older connection was still open. */
  readonly returns: number;
}

/**
 * The numbers of one service, all in one flat object: `metrics()["exits.lost"]`. Where a name has a second part, it is
 * one of the words of the protocol, so that the names are always the same ones.
 */
export type Metrics = MetricStates &
  MetricGauges &
  MetricTotals & {
    /** Memberships that this node holds. */
    readonly [State in Presence as `members.${State}`]: number;
  } & {
    /** Memberships that have ended here; for `replaced`, sockets that lost theirs to a newer one with the same key. */
    readonly [Reason in ExitReason as `exits.${Reason}`]: number;
  } & {
    /** Events that were sent on to another member; a message to a whole room counts once. */
    readonly [Event in RelayedEvent as `relayed.${Event}`]: number;
  } & {
    /** Events of clients that were rejected; a join that its own client has canceled does not count. */
    readonly [Code in ErrorCode as `rejected.${Code}`]: number;
  } & {
    /** Sockets that this library has disconnected. */
    readonly [Reason in CutOffReason as `cutOffs.${Reason}`]: number;
  } & {
    /** Failures that were reported as `error`: `faults.authorize` counts those of `authorize`. */
    readonly [Source in FaultSource as `faults.${Source}`]: number;
  };

/**
 * Adds up the numbers of several services.
 * @param states have no sum: they are those of the whole
 * @param first what is added to
 */
export function sumMetrics(parts: Iterable<Metrics>, states: MetricStates, first: Metrics): Metrics {
  const { closing, draining, rosterReachable } = states;
  // Written out, so that a new state does not compile until it is here, and is not added up by mistake.
  const ofWhole: MetricStates = { closing, draining, rosterReachable };
  const sum: Record<string, number> = { ...first };
  for (const part of parts)
    for (const [name, value] of Object.entries(part) as [string, number][]) sum[name] = (sum[name] ?? 0) + value;
  return Object.freeze({ ...(sum as unknown as Metrics), ...ofWhole });
}
