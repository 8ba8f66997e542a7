import type { Clock } from "../../util/clock.js";
import type { Random, Range } from "../random.js";

/**
 * An operation that `FakeNetwork.fail` makes fail. `constructor` throws, as for invalid ICE servers or too many
 * connections.
 */
export type FailingOperation =
  | "constructor"
  | "createOffer"
  | "createAnswer"
  | "setLocalDescription"
  | "setRemoteDescription"
  | "addIceCandidate"
  | "replaceTrack";

export interface OperationFailure {
  readonly operation: FailingOperation;
  readonly name: string | undefined;
  readonly rate: number;
  readonly error: Error | undefined;
  /** How many more calls fail. */
  left: number;
}

/** Durations in milliseconds. */
export interface NetworkTimes {
  /** One operation of a connection, for example `setRemoteDescription`. Default 1. */
  readonly operationMs: Range;
  /** The delay of an event that a browser queues as a task. Default 0. */
  readonly eventMs: Range;
  /** Between two gathered candidates. Default 5. */
  readonly gatheringMs: Range;
  /** From both ends being ready to `connected`. Default 20. */
  readonly connectingMs: Range;
  /** One message of a data channel. Default 5. */
  readonly latencyMs: Range;
  /** From a cut path to `disconnected`. Default 2500. */
  readonly disconnectedMs: Range;
  /** From `disconnected`, or from the first check, to `failed`. Default 15 000. */
  readonly failedMs: Range;
}

/** State that all connections of one fake network share. */
export interface NetworkCore {
  readonly clock: Clock;
  readonly random: Random;
  readonly times: NetworkTimes;
  /** The number of host candidates of each connection. */
  readonly candidates: number;
  /** Whether receivers report packets. */
  readonly packets: boolean;
  readonly failures: OperationFailure[];
  /** Errors of ICE servers by URL. */
  readonly failingServers: Map<string, { readonly errorCode: number; readonly errorText: string }>;
  made: number;
  live: number;
  isOpen(one: string, other: string): boolean;
  after(range: Range, run: () => void): () => void;
  /** Runs a function in a task of its own, after those that were queued before. Returns a function that cancels it. */
  task(run: () => void): () => void;
}

/** The error of this call of an operation, if it should fail. */
export function chosenFailure({ failures, random }: NetworkCore, operation: string, name: string): Error | undefined {
  for (const failure of failures) {
    if (failure.operation !== operation || failure.left <= 0 || (failure.name !== undefined && failure.name !== name))
      continue;
    if (!random.chance(failure.rate)) continue;
    failure.left--;
    return failure.error ?? new DOMException(`The test made ${operation} fail.`, "OperationError");
  }
  return undefined;
}
