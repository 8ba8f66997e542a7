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
  /** Remove a member, with the message that it receives. */
  | { readonly kind: "kick"; readonly room: string; readonly id: string; readonly message?: string | undefined }
  /** Change what the application says of a member. */
  | { readonly kind: "attributes"; readonly room: string; readonly id: string; readonly attributes: Json };

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
      const { message: words } = message;
      const isValid = isText(room) && isText(id) && (words === undefined || isText(words));
      return isValid ? { kind, room, id, message: words } : undefined;
    }
    case "attributes": {
      const { attributes } = message;
      return isText(room) && isText(id) && attributes !== undefined
        ? { kind, room, id, attributes: attributes as Json }
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

function isText(value: unknown): value is string {
  return typeof value === "string";
}
