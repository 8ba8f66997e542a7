import { createServerEvents, read, readingLimits, type ServerPayload } from "@sig/protocol";
import type { RelayedEvent } from "./signaling-channel.js";

/** An offer, an answer or a candidate of a peer's. */
export type RelayedMessage = {
  readonly [Event in RelayedEvent]: { readonly event: Event; readonly payload: ServerPayload<Event> };
}[RelayedEvent];

let schemas: ReturnType<typeof createServerEvents> | undefined;

/** The schemas of what servers send: made once, when they are needed. */
export function serverEvents(): ReturnType<typeof createServerEvents> {
  return (schemas ??= createServerEvents(readingLimits));
}

/** What one peer said to another without the server: judged as if it had come through it. Nothing where it is not valid. */
export function readRelayed(
  event: string,
  said: object,
  way: { from: string; to: string; room: string },
): RelayedMessage | undefined {
  if (event !== "offer" && event !== "answer" && event !== "candidate") return undefined;
  const payload = read(serverEvents()[event], { ...said, ...way });
  return payload === undefined ? undefined : ({ event, payload } as RelayedMessage);
}
