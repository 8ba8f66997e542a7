import { splitBundle, type ClientPayload } from "@sig/protocol";
import { type Handler } from "../bind-event.js";
import { countMessages, readsBundles } from "../candidate-bundle.js";
import { type Context } from "../core.js";
import { countOnlinePeers } from "../membership.js";
import { forwarding } from "../parser/forwarding.js";
import { rejections } from "../rejections.js";
import { type RosterEntry } from "../roster/roster.js";

type RelayEvent = "offer" | "answer" | "candidate";

const done = { ok: true } as const;

/**
 * Relays a description or a candidate to one peer, if both are in the room. This path is hot: each lookup is done
 * once, and the payload, which has no fields but those of its schema, is sent as it was read.
 */
export function relay(event: RelayEvent): Handler<RelayEvent> {
  return ({ core, connection }: Context, payload: ClientPayload<RelayEvent>, _ack, received) => {
    const count = countMessages(payload);
    // The first candidate of a bundle was counted before it was read.
    if (count > 1) connection.limiter?.charge(count - 1, () => countOnlinePeers(connection));
    const sender = connection.memberships.get(payload.room);
    if (sender === undefined) return rejections.notInRoom;
    const from = sender.id;
    const target = sender.room.members.get(payload.to);
    if (target === undefined || target.id === from) return rejections.peerNotFound;
    if (target.state === "away") return rejections.peerAway;
    if (count > 1 && "candidate" in payload && !readsBundles(core, target)) {
      for (const part of splitBundle(payload)) core.router.deliver(target, event, formFor(target, part, from));
    } else {
      const sent = formFor(target, payload, from);
      if (forwarding.on) {
        forwarding.received = received;
        forwarding.sent = sent;
      }
      core.router.deliver(target, event, sent);
    }
    core.counters.relayed[event] += count;
    if (core.events.has("relayed")) {
      const relayed = { room: payload.room, from, to: payload.to, event };
      for (let each = 0; each < count; each += 1) core.events.emit("relayed", relayed);
    }
    return done;
  };
}

/** The form that the receiver understands. */
function formFor({ keyed }: RosterEntry, payload: ClientPayload<RelayEvent>, from: string) {
  return keyed ? Object.assign(payload, { from }) : basePayload(payload, from);
}

/** The fields of the base protocol, for a legacy client. */
function basePayload(payload: ClientPayload<RelayEvent>, from: string) {
  const { to, room } = payload;
  if ("sdp" in payload) return { from, to, room, sdp: payload.sdp };
  const { sdpMid, sdpMLineIndex, sdp } = payload.candidate;
  return { from, to, room, candidate: { sdpMid, sdpMLineIndex, sdp } };
}
