import { errorCodes, type ErrorCode, type ExitReason } from "@sig/protocol";
import { type CutOffReason, type FaultSource } from "../application-events.js";

/** The events that are relayed from one member to others. */
export type RelayedEvent = "offer" | "answer" | "candidate" | "message";

/**
 * What a service has counted since it started. Plain fields, which are incremented where something happens: the relay
 * pays for one addition.
 */
export interface Counters {
  joins: number;
  returns: number;
  readonly exits: Record<ExitReason, number>;
  readonly relayed: Record<RelayedEvent, number>;
  readonly rejected: Record<ErrorCode, number>;
  readonly cutOffs: Record<CutOffReason, number>;
  readonly faults: Record<FaultSource, number>;
}

export function createCounters(): Counters {
  const codes = Object.keys(errorCodes).map((code) => [code, 0]);
  return {
    joins: 0,
    returns: 0,
    exits: { left: 0, lost: 0, kicked: 0, replaced: 0, expired: 0, closed: 0 },
    relayed: { offer: 0, answer: 0, candidate: 0, message: 0 },
    rejected: Object.fromEntries(codes) as Record<ErrorCode, number>,
    cutOffs: { flood: 0, "slow-reader": 0, drain: 0 },
    faults: {
      authorize: 0,
      iceServers: 0,
      metadata: 0,
      messages: 0,
      roster: 0,
      listener: 0,
      socket: 0,
      handler: 0,
      tracer: 0,
    },
  };
}

/** Counts a rejection that a transport reports; a code of its own is not counted. */
export function countRejected({ rejected }: Counters, code: ErrorCode): void {
  if (Object.hasOwn(rejected, code)) rejected[code] += 1;
}
