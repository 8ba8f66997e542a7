import { SignalingError } from "../errors.js";
import type { ServerPayload } from "@sig/protocol/page";

export function aborted(cause?: unknown): SignalingError {
  return new SignalingError("ABORTED", "The join was canceled.", { cause });
}

/** A join did not succeed in time. */
export function timedOut(what: string, timeoutMs: number, cause?: Error): SignalingError {
  const why = cause === undefined ? "" : ` (${cause.message})`;
  const message = `The signaling server ${what} within ${timeoutMs} ms${why}. Check its address and namespace.`;
  return new SignalingError("TIMEOUT", message, { retryable: true, cause });
}

/** The token function has failed with an error, or has not answered. */
export function noToken(cause?: unknown): SignalingError {
  return new SignalingError("TIMEOUT", "The token function gave no token in time.", { retryable: true, cause });
}

/** The server has ended our membership. */
export function removed({ reason, message }: ServerPayload<"exit">): SignalingError {
  if (reason === "expired")
    return new SignalingError("UNAUTHORIZED", message ?? "The membership expired: join again with a new token.");
  return ["replaced", "left", "lost", undefined].includes(reason)
    ? new SignalingError("REPLACED", "Another connection took over this membership.")
    : // A newer server may have further reasons.
      new SignalingError("KICKED", message ?? "The application removed you.");
}
