import { type Json } from "@sig/protocol";
import { broadcast } from "./announcements.js";
import { attempt, type Core } from "./core.js";
import { after } from "./maybe-promise.js";
import { askNode } from "./nodes/ask-node.js";
import { findMembers } from "./nodes/find-members.js";

/** A message to the members of a room, or to one of them. */
export interface MessageToMembers {
  readonly room: string;
  /** The id of the member that sends it, and does not receive it; or of the server. */
  readonly from: string;
  readonly type: string;
  readonly data: Json;
  /** The only member that receives it; absent: all others. */
  readonly to?: string | undefined;
}

/** Sends a message to members on every node. A legacy client receives none. */
export function sendToMembers(core: Core, message: MessageToMembers): void {
  sendHere(core, message);
  if (core.shared === undefined) return;
  attempt(core, "roster", () =>
    after(findMembers(core, message.room), (members) => {
      const receivers = members.filter(({ id }) => message.to === undefined || message.to === id);
      for (const node of new Set(receivers.map((entry) => entry.node)))
        if (node !== undefined && node !== core.node) askNode(core, node, { kind: "send", ...message });
    }),
  );
}

/** Sends it to those that are connected to this node. */
export function sendHere(core: Core, { room: name, from, type, data, to }: MessageToMembers): void {
  const room = core.rooms.get(name);
  if (room === undefined) return;
  const message = { from, room: name, type, data };
  if (to === undefined) {
    broadcast(core, room, from, message);
    return;
  }
  const target = room.members.get(to);
  if (target?.keyed === true && target.state === "online" && target.node === core.node)
    core.router.deliver(target, "message", message);
}
