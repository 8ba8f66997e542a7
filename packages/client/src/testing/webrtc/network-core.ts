import type { Clock } from "../../util/clock.js";
import type { Random, Range } from "../random.js";

/** What can be made to fail. `constructor`: making a connection throws, as with ICE servers that are none or too many connections. */
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
  readonly host: string | undefined;
  readonly rate: number;
  readonly error: Error | undefined;
  /** How often it is still to happen. */
  left: number;
}

/** How long things take, in milliseconds. */
export interface NetworkTimes {
  /** One operation of a connection, as `setRemoteDescription`. */
  readonly operationMs: Range;
  /** Until an event is fired that the browser queues as a task. */
  readonly eventMs: Range;
  /** Between two candidates that are gathered. */
  readonly gatheringMs: Range;
  /** From both ends being ready to `connected`. */
  readonly connectingMs: Range;
  /** One message of a data channel. */
  readonly latencyMs: Range;
  /** From a path that is cut to `disconnected`. */
  readonly disconnectedMs: Range;
  /** From `disconnected`, or from the first check, to `failed`. */
  readonly failedMs: Range;
}

/** What all connections of one fake network share. */
export interface NetworkCore {
  readonly clock: Clock;
  readonly random: Random;
  readonly times: NetworkTimes;
  /** The candidates of each connection, those of servers aside. */
  readonly candidates: number;
  /** Whether receivers tell of packets. */
  readonly packets: boolean;
  readonly failures: OperationFailure[];
  /** ICE servers that answer with an error: url -> code and text. */
  readonly refusingServers: Map<string, { readonly errorCode: number; readonly errorText: string }>;
  made: number;
  live: number;
  isOpen(one: string, other: string): boolean;
  after(range: Range, run: () => void): () => void;
}

/** What an operation is to fail with this time. */
export function chosenFailure({ failures, random }: NetworkCore, operation: string, host: string): Error | undefined {
  for (const failure of failures) {
    if (failure.operation !== operation || failure.left <= 0 || (failure.host !== undefined && failure.host !== host))
      continue;
    if (!random.chance(failure.rate)) continue;
    failure.left--;
    return failure.error ?? new DOMException(`The test made ${operation} fail.`, "OperationError");
  }
  return undefined;
}
