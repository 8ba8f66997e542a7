import { rejection, type Rejection } from "@sig/protocol";
import { type Answer } from "./application-call.js";
import { printable } from "./logger.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { isUnauthorized, notAuthorized } from "./unauthorized.js";

/** Calls `authorize`. An `Unauthorized` that it throws is its answer; anything else that it throws is a failure. */
export function askVerdict(authorize: () => MaybePromise<unknown>): MaybePromise<unknown> {
  try {
    const verdict = authorize();
    return isPromiseLike(verdict) ? Promise.resolve(verdict).then(undefined, readThrown) : verdict;
  } catch (cause) {
    return readThrown(cause);
  }
}

function readThrown(cause: unknown): unknown {
  if (isUnauthorized(cause)) return cause;
  throw cause;
}

/**
 * The rejection that the answer of `authorize` stands for; nothing if it admits. Without an answer nothing is decided:
 * the peer may try again, and keeps the membership that it has.
 */
export function rejectionOf(answer: Answer<unknown>, limitMs: number): Rejection | undefined {
  if (!answer.ok)
    return rejection(
      "INTERNAL",
      answer.timedOut ? `Authorization timed out after ${String(limitMs)} ms.` : "Authorization failed.",
    );
  const { value: verdict } = answer;
  if (verdict === true || verdict === undefined) return undefined;
  const reason = isUnauthorized(verdict) ? verdict.message : verdict;
  return rejection(
    "UNAUTHORIZED",
    typeof reason === "string" && reason !== "" ? printable(reason, 256) : notAuthorized,
  );
}
