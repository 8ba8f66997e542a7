import type { ClientPayload } from "../events.js";

/** The candidates of a bundle (docs/protocol.md, Bundles) as one message each. */
export function splitBundle(message: ClientPayload<"candidate">): ClientPayload<"candidate">[] {
  const { more = [], to, room, ...first } = message;
  return [first, ...more].map((part) => ({ to, room, ...part }));
}
