import { parse, type Json, type ServerEventName, type ServerEvents, type ServerInput } from "@sig/protocol";

/** What one node asks of another. Each is for members that the other one holds. */
export type NodeMessage =
  /** Send an event to a socket. */
  | {
      readonly kind: "deliver";
      readonly session: string;
      readonly event: ServerEventName;
      readonly payload: ServerInput<ServerEventName>;
    }
  /** Send a message to all members of a room but its sender, or to one. */
  | {
      readonly kind: "send";
      readonly room: string;
      readonly from: string;
      readonly type: string;
      readonly data: Json;
      readonly to?: string | undefined;
    }
  /** Remove a member, with the message that it receives. Once it is removed, or if it is not there, answer. */
  | {
      readonly kind: "kick";
      readonly room: string;
      readonly id: string;
      readonly message?: string | undefined;
      readonly answerTo?: Asker | undefined;
    }
  /** The answer to a question that this node has asked. */
  | { readonly kind: "answer"; readonly question: number }
  /**
   * Change what the application says of a member. Nodes of this version change it in the store, and say so; then it is
   * for nodes of the version before, which would write what they know over it.
   */
  | {
      readonly kind: "attributes";
      readonly room: string;
      readonly id: string;
      readonly attributes: Json;
      readonly isStored?: boolean | undefined;
    };

/** The node that waits for an answer, and the number of its question. */
export interface Asker {
  readonly node: string;
  readonly question: number;
}

/**
 * Reads what came from another node. Nodes trust each other as far as they trust their store: the shape is checked, so
 * that nothing malformed gets further than here. The payload of an event is checked in full.
 *
 * @returns undefined if it is not a message of ours
 */
export function readNodeMessage(value: unknown, serverEvents: ServerEvents): NodeMessage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const message = value as Record<string, unknown>;
  const { kind, room, id } = message;
  switch (kind) {
    case "deliver":
      return readDelivery(message, serverEvents);
    case "send": {
      const { from, type, data, to } = message;
      const isValid = isText(room) && isText(from) && isText(type) && (to === undefined || isText(to));
      return isValid && data !== undefined ? { kind, room, from, type, data: data as Json, to } : undefined;
    }
    case "kick": {
      const { message: words, answerTo } = message;
      const isValid = isText(room) && isText(id) && (words === undefined || isText(words));
      return isValid ? { kind, room, id, message: words, answerTo: readAsker(answerTo) } : undefined;
    }
    case "answer":
      return typeof message.question === "number" ? { kind, question: message.question } : undefined;
    case "attributes": {
      const { attributes, isStored } = message;
      return isText(room) && isText(id) && attributes !== undefined
        ? { kind, room, id, attributes: attributes as Json, isStored: isStored === true }
        : undefined;
    }
    default:
      return undefined;
  }
}

function readDelivery(
  { session, event, payload }: Record<string, unknown>,
  serverEvents: ServerEvents,
): NodeMessage | undefined {
  if (!isText(session) || !isText(event) || !Object.hasOwn(serverEvents, event)) return undefined;
  const name = event as ServerEventName;
  const read = parse(serverEvents[name], payload);
  return read.ok
    ? { kind: "deliver", session, event: name, payload: read.value as ServerInput<typeof name> }
    : undefined;
}

function readAsker(value: unknown): Asker | undefined {
  const { node, question } = Object(value) as Record<string, unknown>;
  return isText(node) && typeof question === "number" ? { node, question } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
