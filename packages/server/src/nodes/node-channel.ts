import { type MaybePromise } from "../maybe-promise.js";
import { type SharedRoster } from "../roster/shared-roster.js";
import { type NodeMessage } from "./node-message.js";

/** Brings messages to other nodes: a shared roster that has `send`, or an adapter. */
export interface NodeChannel {
  /** Messages from one node to another arrive in order, or not at all. */
  send(node: string, message: NodeMessage): MaybePromise<unknown>;
}

/** Whether a roster brings messages to other nodes itself. */
export function isNodeChannel(roster: SharedRoster): roster is SharedRoster & NodeChannel {
  return roster.send !== undefined;
}
