import { fieldsOf } from "../../packages/client/test/exploration/tapped-socket.js";

/** The fields of each event that the base protocol sends to clients, sorted. */
const fieldsByEvent: Readonly<Record<string, readonly string[]>> = {
  created: ["id", "peers", "room"],
  joined: ["id", "room"],
  offer: ["from", "room", "sdp", "to"],
  answer: ["from", "room", "sdp", "to"],
  candidate: ["candidate", "from", "room", "to"],
  exit: ["from", "room"],
};
const partsByEvent: Readonly<Record<string, readonly string[]>> = {
  created: ["id"],
  candidate: ["sdp", "sdpMLineIndex", "sdpMid"],
};
/** A client that asks for no acknowledgement is notified of a rejection by an event of its own. */
const extension = "rejected";

/** What a message to a legacy client has beyond the base protocol, or lacks; undefined if nothing. */
export function deviationOf(event: string, payload: unknown): string | undefined {
  if (event === extension) return undefined;
  const expected = fieldsByEvent[event];
  if (expected === undefined) return `${event} is unknown`;
  const { peers, candidate } = fieldsOf(payload);
  const parts = [...((peers ?? []) as unknown[]), ...(candidate === undefined ? [] : [candidate])];
  const isBase = [payload, ...parts].every((part, index) => {
    const known = index === 0 ? expected : (partsByEvent[event] ?? []);
    return Object.keys(fieldsOf(part)).sort().join() === known.join();
  });
  return isBase ? undefined : `${event} is not as in the base protocol: ${JSON.stringify(payload)}`;
}
