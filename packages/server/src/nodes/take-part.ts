import { changeAttributes } from "../attributes.js";
import { attempt, report, type Core } from "../core.js";
import { type Membership } from "../membership.js";
import { pendingJoin } from "../pending-join.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { dismissForNode } from "../presence.js";
import { type SharedRoster } from "../roster/shared-roster.js";
import { sendHere } from "../send-to-members.js";
import { type AdapterChannel } from "./adapter-channel.js";
import { askNode } from "./ask-node.js";
import { readNodeMessage, type NodeMessage } from "./node-message.js";
import { applyReturn } from "./returned-members.js";
import { applyAdoption, applyChange, applyRoom, dismissUnlisted } from "./room-changes.js";

/**
 * Makes this node one of those that share a roster: what the others do is done here too.
 *
 * @param channel receives what the others send; absent if the roster does
 * @returns a function that ends it
 */
export function takePart(core: Core, roster: SharedRoster, channel?: AdapterChannel): () => Promise<void> {
  // What throws here would stop everything that comes from the other nodes.
  const guard = (task: () => void): void => {
    if (!core.closing) attempt(core, "handler", task);
  };
  const onMessage = (message: unknown): void => guard(() => handleMessage(core, message));
  const onFault = (cause: unknown): void => guard(() => report(core, "roster", cause));
  channel?.open({ onMessage, onFault });
  const endObserving = roster.observe({
    onChange: (change) => guard(() => applyChange(core, change)),
    onRoom: (snapshot) =>
      guard(() => {
        applyRoom(core, snapshot);
        dismissUnlisted(core, snapshot);
      }),
    onAdopted: (snapshot, ids) => guard(() => applyAdoption(core, snapshot, ids)),
    onReturned: (room, ids) => guard(() => applyReturn(core, room, ids)),
    onMessage,
    onFault,
  });
  return () => {
    channel?.close();
    return endObserving();
  };
}

/** Another node may not know yet that a member has left. One that joins may not be a member here yet. */
function isExpected(core: Core, { session, payload }: Extract<NodeMessage, { kind: "deliver" }>): boolean {
  const connection = core.connections.get(session);
  if (connection === undefined) return false;
  if (!("room" in payload) || payload.room === undefined) return true;
  return connection.memberships.has(payload.room) || pendingJoin(connection, payload.room)?.isHeld === true;
}

function handleMessage(core: Core, value: unknown): void {
  const message = readNodeMessage(value, core.serverEvents);
  if (message === undefined) {
    report(core, "roster", new Error("another node has sent something that is not a message of this library"));
    return;
  }
  const membership = "id" in message ? core.rooms.get(message.room)?.held.get(message.id) : undefined;
  switch (message.kind) {
    case "deliver":
      if (isExpected(core, message))
        core.router.deliver({ session: message.session, node: core.node }, message.event, message.payload);
      break;
    case "send":
      sendHere(core, message);
      break;
    case "kick":
      kickHere(core, membership, message);
      break;
    case "answer":
      core.questions.answered(message.question);
      break;
    case "attributes":
      if (membership !== undefined && message.isStored !== true) changeAttributes(core, membership, message.attributes);
      break;
  }
}

/** Without an answer the other node removes the member itself. */
function kickHere(
  core: Core,
  membership: Membership | undefined,
  { room, id, message, answerTo }: Extract<NodeMessage, { kind: "kick" }>,
): void {
  // A member that has left may still be in the store: what this node calls is done in order.
  const removed = (): MaybePromise<unknown> =>
    membership === undefined ? core.settings.roster.find(room, id) : dismissForNode(core, membership, message);
  attempt(core, "roster", () =>
    after(removed(), () => {
      if (answerTo !== undefined) askNode(core, answerTo.node, { kind: "answer", question: answerTo.question });
    }),
  );
}
