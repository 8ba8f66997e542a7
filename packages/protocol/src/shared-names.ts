import { isObject } from "./checks/values.js";
import type { ClientEventName } from "./events.js";

/**
 * Events of which the base protocol has no name: `message` above all is a name that applications use as well. On a
 * namespace that both share, such an event is the protocol's only if it can be nothing else (docs/protocol.md, "Beside
 * an application").
 */
const required = {
  leaving: ["room"],
  message: ["room", "type", "data"],
  metadata: ["room", "metadata"],
} as const;

export type SharedEventName = "iceServers" | keyof typeof required;
/** The events of the base protocol: on a namespace with signaling nobody else uses these names. */
export type BaseEventName = Exclude<ClientEventName, SharedEventName>;

/** Whether an application may use the name of an event for its own: then `isSignalingEvent` decides. */
export function isSharedName(event: ClientEventName): event is SharedEventName {
  return event === "iceServers" || Object.hasOwn(required, event);
}

/**
 * Whether an event with a shared name is the protocol's: it comes from a member with a key and has the fields of the
 * event; or it asks for ICE servers and has nothing else.
 *
 * @param isMember Whether the sender is a member, with a key, of this room, or of any room for `undefined`.
 */
export function isSignalingEvent(...call: Parameters<typeof canBeSignaling>): boolean {
  try {
    return canBeSignaling(...call);
  } catch {
    // A value that throws when it is read.
    return false;
  }
}

function canBeSignaling(
  event: SharedEventName,
  payload: unknown,
  hasAck: boolean,
  isMember: (room: string | undefined) => boolean,
): boolean {
  if (event === "iceServers") {
    if (payload === undefined) return hasAck;
    if (!isObject(payload) || !Object.keys(payload).every((name) => name === "room" || name === "token")) return false;
    const { room } = payload;
    return hasAck || ((room === undefined || typeof room === "string") && isMember(room));
  }
  if (!isObject(payload) || !required[event].every((name) => Object.hasOwn(payload, name))) return false;
  return typeof payload.room === "string" && isMember(payload.room);
}
