/** Every reason a server gives for rejecting a call, and whether the same call may succeed later. */
export const errorCodes = {
  BAD_PAYLOAD: { retryable: false },
  NOT_IN_ROOM: { retryable: false },
  PEER_NOT_FOUND: { retryable: false },
  PEER_AWAY: { retryable: true },
  ROOM_FULL: { retryable: true },
  ROOM_LIMIT: { retryable: false },
  UNAUTHORIZED: { retryable: false },
  KICKED: { retryable: false },
  RATE_LIMITED: { retryable: true },
  TOO_LARGE: { retryable: false },
  CLOSING: { retryable: true },
  INTERNAL: { retryable: true },
} as const;

/** The code of a rejection. */
export type ErrorCode = keyof typeof errorCodes;

/** The ack of a call that was rejected. */
export interface Rejection {
  ok: false;
  code: ErrorCode;
  /** A sentence for a person. It never repeats what the caller sent. */
  message: string;
  /** Whether the same call may succeed later. */
  retryable: boolean;
}

/** A rejection with the code's own `retryable`. */
export function rejection(code: ErrorCode, message: string): Rejection {
  return { ok: false, code, message, retryable: errorCodes[code].retryable };
}
