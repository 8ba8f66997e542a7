import { readServerEvent, type ServerPayload } from "@sig/protocol/page";
import type { RelayedEvent } from "./signaling-channel.js";

/** An offer, an answer or a candidate of a peer. */
export type RelayedMessage = {
  readonly [Event in RelayedEvent]: { readonly event: Event; readonly payload: ServerPayload<Event> };
}[RelayedEvent];

export function isRelayed(event: string): event is RelayedEvent {
  return ["offer", "answer", "candidate"].includes(event);
}

/** Reads what a peer sent without the server as if it had come through it; undefined if it is invalid. */
export function readRelayed(
  event: string,
  sent: object,
  address: { from: string; to: string; room: string },
): RelayedMessage | undefined {
  if (!isRelayed(event)) return undefined;
  const payload = readServerEvent(event, { ...sent, ...address });
  return payload === undefined ? undefined : ({ event, payload } as RelayedMessage);
}
