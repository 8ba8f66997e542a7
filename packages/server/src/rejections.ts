import { refusal } from "@sig/protocol";

/** Rejections that are the same for every call. */
export const rejections = {
  notInRoom: refusal("NOT_IN_ROOM", "This socket is not a member of that room."),
  // One answer for a peer that does not exist and for one in another room: nobody learns who is where.
  peerNotFound: refusal("PEER_NOT_FOUND", "There is no such peer in that room."),
  peerAway: refusal("PEER_AWAY", "The peer lost its connection and may come back."),
  legacyPeer: refusal(
    "PEER_NOT_FOUND",
    "That peer is a legacy client: it joined without a key and receives no messages.",
  ),
  roomFull: refusal("ROOM_FULL", "The room is full."),
  kicked: refusal("KICKED", "The peer was removed from this room."),
  superseded: refusal("NOT_IN_ROOM", "The join was replaced by a later join of this socket to the same room."),
  canceled: refusal("NOT_IN_ROOM", "The join was canceled by `exit`."),
  gone: refusal("NOT_IN_ROOM", "The connection was lost before the join was complete."),
  ended: refusal("NOT_IN_ROOM", "The membership ended before the join was complete."),
  rateLimited: refusal("RATE_LIMITED", "Too many events; slow down."),
  closing: refusal("CLOSING", "The server is closing its signaling."),
  internal: refusal("INTERNAL", "Something went wrong on the server."),
} as const;
