import { refusal } from "@sig/protocol";

/** Refusals that do not differ from call to call. */
export const refusals = {
  notInRoom: refusal("NOT_IN_ROOM", "This socket is not a member of that room."),
  // One answer for a peer that does not exist and for one in another room: nobody learns who is where.
  peerNotFound: refusal("PEER_NOT_FOUND", "There is no such peer in that room."),
  peerAway: refusal("PEER_AWAY", "The peer lost its connection and may come back."),
  peerWithoutKey: refusal("PEER_NOT_FOUND", "That peer joined without a key: it understands no messages of this kind."),
  roomFull: refusal("ROOM_FULL", "The room is full."),
  roomLimit: refusal("ROOM_LIMIT", "This socket is in as many rooms as it may be."),
  kicked: refusal("KICKED", "The peer was removed from this room."),
  superseded: refusal("NOT_IN_ROOM", "A later join of this socket to the same room took the place of this one."),
  takenBack: refusal("NOT_IN_ROOM", "The join was taken back by an exit before it was done."),
  gone: refusal("NOT_IN_ROOM", "The connection was lost before the join was done."),
  rateLimited: refusal("RATE_LIMITED", "Too many events; slow down."),
  closing: refusal("CLOSING", "The server is closing its signaling."),
  internal: refusal("INTERNAL", "Something went wrong on the server."),
} as const;
