import { type ClientPayload } from "@sig/protocol";
import { type Handler } from "../bind-event.js";
import { type Context } from "../core.js";
import { deliver } from "../delivery.js";
import { refusals } from "../refusals.js";

type RelayEvent = "offer" | "answer" | "candidate";

const done = { ok: true } as const;

/**
 * Passes a description or a candidate on to one peer, if both are in the room. This is the busy path: everything
 * is looked up once, and the payload, which holds nothing but fields that its schema names, is sent as it was read.
 */
export function relay(event: RelayEvent): Handler<RelayEvent> {
  return ({ core, connection }: Context, payload: ClientPayload<RelayEvent>) => {
    const sender = connection.memberships.get(payload.room);
    if (sender === undefined) return refusals.notInRoom;
    const target = sender.room.members.get(payload.to);
    if (target === undefined || target === sender) return refusals.peerNotFound;
    if (target.connection === undefined) return refusals.peerAway;
    const from = sender.id;
    if (target.keyed) deliver(core, target.connection, event, Object.assign(payload, { from }));
    else deliver(core, target.connection, event, seedForm(payload, from));
    if (core.events.has("relayed")) core.events.emit("relayed", { room: payload.room, from, to: payload.to, event });
    return done;
  };
}

/** The fields that the seed protocol has, for a peer that joined without a key. */
function seedForm(payload: ClientPayload<RelayEvent>, from: string) {
  const { to, room } = payload;
  if ("sdp" in payload) return { from, to, room, sdp: payload.sdp };
  const { sdpMid, sdpMLineIndex, sdp } = payload.candidate;
  return { from, to, room, candidate: { sdpMid, sdpMLineIndex, sdp } };
}
