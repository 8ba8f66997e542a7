import { type ClientEventName, type ErrorCode } from "@sig/protocol";
import { type RejectedEvent } from "./application-events.js";
import { type Context } from "./core.js";
import { type Connection } from "./membership.js";
import { peerIdFromKey } from "./peer-id.js";
import { entryOf } from "./roster/local-view.js";

/** What an operator learns of a rejection. Nothing of the payload but the room, and the id that the key makes. */
export function describeRejected(
  { connection }: Context,
  event: ClientEventName,
  payload: unknown,
  code: ErrorCode,
): RejectedEvent {
  const room = plainText(payload, "room");
  const membership = room === undefined ? undefined : connection.memberships.get(room);
  const peerId = event === "createAndJoinRoom" ? joiningPeer(connection, payload) : membership?.id;
  // A socket that is a user in one room is the same one in others, until the application says otherwise.
  const user = [membership, ...connection.memberships.values()].map((one) => one && entryOf(one)?.user).find(isKnown);
  return {
    socketId: connection.socket.id,
    event,
    code,
    ...(room !== undefined && { room }),
    ...(peerId !== undefined && { peerId }),
    ...(user !== undefined && { user }),
  };
}

/** A short plain string of the caller's payload: it may be sent back, and logged. */
export function plainText(payload: unknown, name: "room" | "to"): string | undefined {
  const text = fieldOf(payload, name);
  const isPlain =
    typeof text === "string" &&
    text.length >= 1 &&
    text.length <= 128 &&
    !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u.test(text);
  return isPlain ? text : undefined;
}

/** The longest key of the protocol. The payload may be invalid, and so may the key. */
const maxKeyLength = 128;

function joiningPeer(connection: Connection, payload: unknown): string | undefined {
  const key = fieldOf(payload, "key");
  if (key === undefined) return connection.id;
  return typeof key === "string" && key.length <= maxKeyLength ? peerIdFromKey(key) : undefined;
}

/** Undefined also if the value throws when it is read, as a value of another parser than JSON's may. */
function fieldOf(payload: unknown, name: string): unknown {
  try {
    if (typeof payload !== "object" || payload === null || !Object.hasOwn(payload, name)) return undefined;
    return (payload as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function isKnown(user: string | undefined): user is string {
  return user !== undefined;
}
