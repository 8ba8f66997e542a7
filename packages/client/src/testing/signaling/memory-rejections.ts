import { rejection, type Rejection, type ServerInput } from "@sig/protocol";

export const notInRoom = rejection("NOT_IN_ROOM", "This socket is not a member of that room.");
export const peerNotFound = rejection("PEER_NOT_FOUND", "No such peer is in that room.");
export const peerAway = rejection("PEER_AWAY", "The peer has lost its connection and may return.");
export const roomLimit = rejection("ROOM_LIMIT", "Room limit reached for this socket.");
export const kicked = rejection("KICKED", "The peer was removed from this room.");

/** The `rejected` event for a message that was sent without an ack. */
export function rejectedEvent(
  { code, message, retryable }: Rejection,
  event: string,
  raw: unknown,
): ServerInput<"rejected"> {
  const { room, to } = (typeof raw === "object" && raw !== null ? raw : {}) as { room?: unknown; to?: unknown };
  return { event, code, message, retryable, ...(isName(room) && { room }), ...(isName(to) && { to }) };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 128;
}
