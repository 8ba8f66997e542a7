import type { ClientEventName, ClientPayload } from "./events.js";
import { createClientEventReaders } from "./generated/client-events.js";
import type { Limits } from "./limits.js";
import { parse, type Parsed } from "./parse.js";
import { createClientEvents } from "./schema/events.js";

/** Reads the payload of a client's event: known fields only, or a rejection. Never throws. */
export type ReadClientEvent = <Event extends ClientEventName>(
  event: Event,
  value: unknown,
) => Parsed<ClientPayload<Event>>;

/**
 * A function that gives the same as `parse(createClientEvents(limits)[event], value)`, and faster: zod is asked only to
 * explain why a payload is invalid.
 */
export function createClientEventReader(limits: Limits): ReadClientEvent {
  const readers = createClientEventReaders(limits);
  const schemas = createClientEvents(limits);
  return (event, value) => {
    try {
      const payload = readers[event](value);
      if (payload !== undefined) return { ok: true, value: payload };
    } catch {
      // The value threw when it was read; zod reads it again for the explanation.
    }
    return parse(schemas[event], value) as Parsed<ClientPayload<typeof event>>;
  };
}
