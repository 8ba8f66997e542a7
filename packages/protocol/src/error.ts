/** Every reason a server gives for refusing a call, and whether the same call may succeed later. */
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

export type ErrorCode = keyof typeof errorCodes;

/** What an ack says of a call that was refused. */
export interface Refusal {
  ok: false;
  code: ErrorCode;
  /** A sentence for a person. It never repeats what the caller sent. */
  message: string;
  /** Whether the same call may succeed later. */
  retryable: boolean;
}

export function refusal(code: ErrorCode, message: string): Refusal {
  return { ok: false, code, message, retryable: errorCodes[code].retryable };
}
