import { serverEventReaders } from "./generated/server-events.js";
import type { ServerEventName, ServerPayload } from "./events.js";

/** Every event that a server sends. */
export const serverEventNames: readonly ServerEventName[] = /* @__PURE__ */ Object.keys(
  serverEventReaders,
) as ServerEventName[];

/**
 * Reads the payload of a server's event, within `readingLimits`: known fields only, undefined if it is invalid.
 * The same as `read(createServerEvents(readingLimits)[event], value)`, without zod. Never throws.
 */
export function readServerEvent<Event extends ServerEventName>(
  event: Event,
  value: unknown,
): ServerPayload<Event> | undefined {
  try {
    return serverEventReaders[event](value);
  } catch {
    return undefined;
  }
}
