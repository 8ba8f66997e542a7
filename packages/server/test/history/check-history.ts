import { checkConnections } from "./check-connections.js";
import { checkDelivery } from "./check-delivery.js";
import { checkRosters } from "./check-rosters.js";
import { type History, type Violation } from "./history.js";

/**
 * Decides whether a history keeps the invariants:
 *
 * - I1: everybody knows the same members as every node, and those who are online are those who have a connection. On
 *   the way there nobody joins twice, or leaves without having been there.
 * - I2: between two peers, messages of an epoch are delivered in order, each once, and none is lost without its sender
 *   knowing. The server delivers no transmission twice or out of order.
 * - I3: no connection is closed while its path is up, unless one of the two has left.
 * - I4: each pair has one connection in the end, stable and with an open data channel.
 * - I5: nobody has reported an error.
 * - I6: nothing is left behind.
 *
 * @returns all violations; none if the history keeps them
 */
export function checkHistory(history: History): Violation[] {
  return [
    ...checkRosters(history),
    ...checkDelivery(history),
    ...checkConnections(history),
    ...errorsOf(history),
    ...leftBehind(history),
  ];
}

function errorsOf({ clients, nodes }: History): Violation[] {
  const logs = [...clients.map(({ id, events }) => ({ of: `client ${id}`, events }))];
  const all = [...logs, ...nodes.map(({ name, events }) => ({ of: `node ${name}`, events }))];
  return all.flatMap(({ of, events }) =>
    events.flatMap((event) =>
      event.type === "error" ? [{ invariant: "I5", what: `${of}: ${event.message}` } as const] : [],
    ),
  );
}

function leftBehind({ end: { resources = [] } }: History): Violation[] {
  return resources
    .filter(({ before, after }) => after > before)
    .map(({ what, before, after }) => ({
      invariant: "I6",
      what: `${what}: ${String(before)} before, ${String(after)} after`,
    }));
}
