import type { ErrorCode, Rejection } from "@sig/protocol/page";

/** Codes of errors on the client's side, in addition to those of the server. */
export type ClientErrorCode =
  /** An argument or an option is invalid. */
  | "INVALID_ARGUMENT"
  /** The call does not fit the state of the manager or of the peer. */
  | "INVALID_STATE"
  /** The server did not answer in time. */
  | "TIMEOUT"
  /** The signal of the caller was aborted, or `leave()` was called meanwhile. */
  | "ABORTED"
  /** Another connection took the membership over with the same key. */
  | "REPLACED"
  /** One offer/answer exchange failed. */
  | "NEGOTIATION_FAILED"
  /** The queue for this peer is full. */
  | "BACKPRESSURE"
  /** A peer sent data that does not match `messages`. */
  | "BAD_MESSAGE";

/** The error that this library throws, rejects with and emits as `error`. */
export class SignalingError extends Error {
  override readonly name = "SignalingError";
  declare readonly code: ErrorCode | ClientErrorCode;
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean;

  constructor(
    code: ErrorCode | ClientErrorCode,
    message: string,
    options: { retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** For `send` without a channel. */
export function noChannel(): SignalingError {
  return new SignalingError("INVALID_STATE", "No data channel: dataChannel is false, or the peer is a legacy client.");
}

/** A rejection by the server as an error. An ack is not validated: its fields may be anything. */
export function fromRejection({
  code,
  message,
  retryable,
}: {
  readonly [Field in keyof Rejection]?: unknown;
}): SignalingError {
  return new SignalingError(
    (typeof code === "string" ? code : "INTERNAL") as ErrorCode,
    typeof message === "string" ? message : "The server gave no reason.",
    { retryable: retryable === true },
  );
}
