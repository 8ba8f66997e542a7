import { type History, type NodeHistory } from "./history.js";

/** What nodes report of memberships: each begins once and ends once, on whichever nodes. */
export function checkMemberships(history: History): string[] {
  const violations = history.nodes.flatMap((node) => [...endedForeign(node, history), ...awayLegacy(node, history)]);
  return [...violations, ...unbalanced(history)];
}

/**
 * No node ends a membership that it does not hold, whatever happens to the others. It may end that of a member which
 * was about to come to it, or of a legacy client of a dead node, and the application on it may kick any.
 */
function endedForeign({ name, asked = [], events }: NodeHistory, { nodes, end: { legacy = [] } }: History): string[] {
  const held = new Set<string>(asked);
  const violations: string[] = [];
  for (const event of events) {
    if (event.type === "peerJoined" || event.type === "peerAway" || event.type === "peerBack") held.add(event.id);
    if (event.type !== "peerLeft" || held.delete(event.id) || event.reason === "kicked") continue;
    const isOfDead =
      event.reason === "lost" && legacy.includes(event.id) && nodesOf(nodes, event.id).some(isPartitioned);
    if (!isOfDead) violations.push(`node ${name} ended a membership of ${event.id} that it did not hold`);
  }
  return violations;
}

/** A legacy client cannot come back: it leaves at once. */
function awayLegacy({ name, events }: NodeHistory, { end: { legacy = [] } }: History): string[] {
  return events
    .filter((event) => event.type === "peerAway" && legacy.includes(event.id))
    .map((event) => `node ${name} waits for ${"id" in event ? event.id : ""}, which is a legacy client`);
}

export function isPartitioned({ partitioned }: NodeHistory): boolean {
  return partitioned === true;
}

/**
 * Exits make up for joins. After a partition a membership may end on two nodes, and so there may be more exits; after a
 * loss of data it may begin on two. One that has only ever been a single node's does neither, unless both the data and
 * the node are lost.
 */
function unbalanced({ nodes, end }: History): string[] {
  const dataLost = end.dataLost === true;
  const roster = Object.values(end.rosters)[0] ?? [];
  // A killed node has done more than it could report.
  if (nodes.some(({ killed }) => killed)) return [];
  const present = new Set(roster.map(({ id }) => id));
  return [...balances(nodes)].flatMap(([id, count]) => {
    const expected = present.has(id) ? 1 : 0;
    const concerned = nodesOf(nodes, id);
    const isSingle = concerned.length === 1 && (!dataLost || concerned.every(({ name }) => name in end.rosters));
    const isExact = isSingle || !concerned.some(isPartitioned);
    const least = isExact ? expected : -Infinity;
    const most = dataLost && !isExact ? Infinity : expected;
    if (count >= least && count <= most) return [];
    return `joins of ${id} less its exits: ${String(count)}, and it is ${present.has(id) ? "" : "not "}there`;
  });
}

function balances(nodes: History["nodes"]): Map<string, number> {
  const balance = new Map<string, number>();
  for (const { events } of nodes)
    for (const event of events) {
      if (event.type === "peerJoined") balance.set(event.id, (balance.get(event.id) ?? 0) + 1);
      if (event.type === "peerLeft") balance.set(event.id, (balance.get(event.id) ?? 0) - 1);
    }
  return balance;
}

/** The nodes that have had to do with a member. */
export function nodesOf(nodes: History["nodes"], id: string): NodeHistory[] {
  return nodes.filter(
    ({ asked, events }) => asked?.includes(id) === true || events.some((event) => "id" in event && event.id === id),
  );
}
