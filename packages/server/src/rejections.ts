import { rejection } from "@sig/protocol";

/** Rejections that are the same for every call. */
export const rejections = {
  notInRoom: rejection("NOT_IN_ROOM", "This socket is not a member of that room."),
  // One answer for a peer that does not exist and for one in another room: nobody learns who is where.
  peerNotFound: rejection("PEER_NOT_FOUND", "There is no such peer in that room."),
  peerAway: rejection("PEER_AWAY", "The peer lost its connection and may come back."),
  legacyPeer: rejection("PEER_NOT_FOUND", "That peer is a legacy client and receives no messages."),
  roomFull: rejection("ROOM_FULL", "The room is full."),
  kicked: rejection("KICKED", "The peer was removed from this room."),
  superseded: rejection("NOT_IN_ROOM", "The join was replaced by a later join of this socket to the same room."),
  canceled: rejection("NOT_IN_ROOM", "The join was canceled by `exit`."),
  gone: rejection("NOT_IN_ROOM", "The connection was lost before the join was complete."),
  ended: rejection("NOT_IN_ROOM", "The membership ended before the join was complete."),
  tooManyDeliveries: rejection("RATE_LIMITED", "Too many events to whole rooms; slow down."),
  rateLimited: rejection("RATE_LIMITED", "Too many events; slow down."),
  draining: rejection("CLOSING", "This server is about to stop: connect again to reach another one."),
  closing: rejection("CLOSING", "The server is closing its signaling."),
  internal: rejection("INTERNAL", "Something went wrong on the server."),
} as const;
