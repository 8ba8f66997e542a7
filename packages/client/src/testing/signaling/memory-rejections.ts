import { refusal, type Refusal, type ServerInput } from "@sig/protocol";

export const notInRoom = refusal("NOT_IN_ROOM", "This socket is not a member of that room.");
export const peerNotFound = refusal("PEER_NOT_FOUND", "No such peer is in that room.");
export const peerAway = refusal("PEER_AWAY", "The peer has lost its connection and may return.");
export const roomLimit = refusal("ROOM_LIMIT", "Room limit reached for this socket.");
export const kicked = refusal("KICKED", "The peer was removed from this room.");

/** The `rejected` event for a message that was sent without an ack. */
export function rejectedEvent(
  { code, message, retryable }: Refusal,
  event: string,
  raw: unknown,
): ServerInput<"rejected"> {
  const { room, to } = (typeof raw === "object" && raw !== null ? raw : {}) as { room?: unknown; to?: unknown };
  return { event, code, message, retryable, ...(isName(room) && { room }), ...(isName(to) && { to }) };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 128;
}
