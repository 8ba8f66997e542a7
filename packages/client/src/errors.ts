import type { ErrorCode, Refusal } from "@sig/protocol/page";

/** What can go wrong on the client's side, beside the codes a server answers with. */
export type ClientErrorCode =
  /** An argument or an option is not what it should be. */
  | "INVALID_ARGUMENT"
  /** The call does not fit the state of the manager or of the peer. */
  | "INVALID_STATE"
  /** The server did not answer in time. */
  | "TIMEOUT"
  /** The caller's signal was aborted, or `leave()` was called meanwhile. */
  | "ABORTED"
  /** Another connection took the membership over with the same key. */
  | "REPLACED"
  /** One offer/answer exchange failed. */
  | "NEGOTIATION_FAILED"
  /** More is waiting to be sent to this peer than is kept for it. */
  | "BACKPRESSURE"
  /** A peer sent what does not fit `messages`. */
  | "BAD_MESSAGE";

/** Everything that this library throws, rejects with or emits as `error`. */
export class SignalingError extends Error {
  override readonly name = "SignalingError";
  readonly code: ErrorCode | ClientErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;

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

/** For `send` where nothing can be sent. */
export function noChannel(): SignalingError {
  return new SignalingError(
    "INVALID_STATE",
    "There is no data channel: the option dataChannel is false, or the peer joined without a key.",
  );
}

/** A server's refusal as an error. */
export function fromRefusal(refusal: Omit<Refusal, "ok">): SignalingError {
  return new SignalingError(refusal.code, refusal.message, refusal);
}
