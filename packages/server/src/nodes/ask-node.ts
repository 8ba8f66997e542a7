import { attempt, type Core } from "../core.js";
import { type NodeMessage } from "./node-message.js";

/**
 * Asks another node for something that only it can do. One that is out of reach is not asked again: signals are resent
 * by their sender, and the members of a node that has died are adopted.
 */
export function askNode(core: Core, node: string, message: NodeMessage): void {
  attempt(core, "roster", () => core.nodeChannel?.send(node, message));
}
