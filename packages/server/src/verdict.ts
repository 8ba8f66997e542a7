import { rejection, type Limits, type Rejection } from "@sig/protocol";
import { type Answer } from "./application-call.js";
import { readGrant, type Grant } from "./grant.js";
import { printable } from "./logger.js";
import { isPromiseLike, type MaybePromise } from "./maybe-promise.js";
import { isUnauthorized, notAuthorized } from "./unauthorized.js";

/** What the application has decided about a peer. */
export type Decision = { readonly ok: true; readonly grant: Grant } | Rejection;

/** Nothing but the admission: a peer keeps what the application granted it before. */
export const admitted: Decision = { ok: true, grant: {} };

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

/** How the answer of `authorize` is read. */
export interface Reading {
  /** Milliseconds that it may take. */
  readonly limitMs: number;
  readonly limits: Pick<Limits, "metadata" | "jsonDepth">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called with what is wrong with a grant. */
  readonly onInvalid: (cause: TypeError) => void;
}

/** What the answer of `authorize` means. */
export function decisionOf(answer: Answer<unknown>, { limitMs, limits, now, onInvalid }: Reading): Decision {
  if (!answer.ok || !isGrantLike(answer.value)) return rejectionOf(answer, limitMs) ?? admitted;
  const read = readGrant(answer.value, limits, now());
  if (read.ok) return read;
  onInvalid(new TypeError(read.problem));
  return unauthorized(undefined);
}

/** Whether the application has given back an object, which then has to be a grant. */
export function isGrantLike(verdict: unknown): verdict is object {
  return typeof verdict === "object" && verdict !== null && !isUnauthorized(verdict);
}

/**
 * The rejection that an answer without a grant stands for; nothing if it admits. Without an answer nothing is decided:
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
  return unauthorized(isUnauthorized(verdict) ? verdict.message : verdict);
}

function unauthorized(reason: unknown): Rejection {
  return rejection(
    "UNAUTHORIZED",
    typeof reason === "string" && reason !== "" ? printable(reason, 256) : notAuthorized,
  );
}
