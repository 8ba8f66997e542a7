import { rejection, type Rejection } from "@sig/protocol";

/** What the `authorize` of a memory server receives. */
export interface MemoryJoin {
  readonly room: string;
  readonly peerId: string;
  readonly token?: string;
  readonly metadata?: unknown;
  /** `renewal`: the peer is online, and joins again over the same socket, or its `expiresIn` is over. */
  readonly reason: "join" | "return" | "renewal";
}

/** Who a peer is, as `Grant` of `@sig/server`. An absent field keeps the value that the peer has. */
export interface MemoryGrant {
  readonly user?: string;
  readonly attributes?: unknown;
  /** Seconds from now on after which `authorize` runs again. Absent: the peer is admitted without an end. */
  readonly expiresIn?: number;
}

/** `true` or nothing admits; `false` and a sentence reject. */
export type MemoryVerdict = boolean | string | MemoryGrant | undefined;

/** Decides on joins, at once or later. What it throws decides nothing: the peer may try again. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function that only throws returns nothing
export type MemoryAuthorize = (join: MemoryJoin) => MemoryVerdict | void | PromiseLike<MemoryVerdict | void>;

export type MemoryDecision = { readonly ok: true; readonly grant: MemoryGrant } | Rejection;

export const admitted: MemoryDecision = { ok: true, grant: {} };

const failed = rejection("INTERNAL", "Authorization failed.");

/** Asks whether a peer may join or stay. Answers at once if `authorize` does. */
export function decide(
  authorize: MemoryAuthorize | undefined,
  join: MemoryJoin,
): MemoryDecision | Promise<MemoryDecision> {
  if (authorize === undefined) return admitted;
  try {
    const verdict = authorize(join);
    const isLater = typeof verdict === "object" && "then" in verdict;
    return isLater ? Promise.resolve(verdict).then(read, () => failed) : read(verdict);
  } catch {
    return failed;
  }
}

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- as above
function read(verdict: MemoryVerdict | void): MemoryDecision {
  if (verdict === undefined || verdict === true) return admitted;
  if (typeof verdict === "object") return { ok: true, grant: verdict };
  return rejection("UNAUTHORIZED", verdict === false ? "Not authorized to join this room." : verdict);
}
