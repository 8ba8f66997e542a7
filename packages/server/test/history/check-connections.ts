import { isPartitioned, nodesOf } from "./check-memberships.js";
import { type ClientEvent, type ClientHistory, type History, type Violation } from "./history.js";

/** I3 and I4. */
export function checkConnections({ clients, nodes, end }: History): Violation[] {
  const { legacy = [] } = end;
  const violations: Violation[] = clients.flatMap((client) => closedInUse(client, clients, legacy));
  /** Two legacy clients resend nothing. */
  const mayBeLost = (one: string, other: string): boolean =>
    legacy.includes(one) &&
    legacy.includes(other) &&
    (end.dataLost === true || [...nodesOf(nodes, one), ...nodesOf(nodes, other)].some(isPartitioned));
  for (const [id, connections] of Object.entries(end.connections ?? {})) {
    const others = end.online.filter((other) => other !== id);
    const note = (what: string): void => void violations.push({ invariant: "I4", what: `client ${id}: ${what}` });
    for (const peer of others) {
      const count = connections.filter((connection) => connection.peer === peer).length;
      if (count !== 1 && !(count === 0 && mayBeLost(id, peer))) note(`${String(count)} connections with ${peer}`);
    }
    for (const { peer, signalingState, channelState } of connections) {
      if (!others.includes(peer)) note(`a connection with ${peer}, which is not there`);
      if (legacy.includes(id) || legacy.includes(peer)) continue;
      if (signalingState !== "stable") note(`the connection with ${peer} is in ${signalingState}`);
      if (channelState !== "open") note(`the data channel with ${peer} is ${channelState}`);
    }
  }
  return violations;
}

/**
 * A path that is up is nobody's to end while both are members. That with a legacy client ends once the other one has
 * lost it from its list, and has made another.
 */
function closedInUse(
  { id, events }: ClientHistory,
  clients: readonly ClientHistory[],
  legacy: readonly string[],
): Violation[] {
  const violations: Violation[] = [];
  const up = new Set<number>();
  const gone = new Set<string>();
  let isMember = true;
  for (const event of events) {
    if (event.type === "created") isMember = true;
    if (event.type === "left") isMember = false;
    track(event, id, gone);
    if (event.type !== "connection" || legacy.includes(event.peer)) continue;
    const { number, peer, state } = event;
    if (state === "ice-connected") up.add(number);
    if (state === "ice-disconnected") up.delete(number);
    if (state !== "closed" || !up.delete(number)) continue;
    const hasLeft = gone.has(peer) || clients.find((client) => client.id === peer)?.events.at(-1)?.type === "left";
    if (isMember && !hasLeft)
      violations.push({
        invariant: "I3",
        what: `client ${id} closed connection ${String(number)} with ${peer} in use`,
      });
  }
  return violations;
}

/** Keeps the ids of those that have left, this client itself among them. */
function track(event: ClientEvent, own: string, gone: Set<string>): void {
  if (event.type === "exit") gone.add(event.id);
  if (event.type === "joined") gone.delete(event.id);
  if (event.type === "created") {
    gone.delete(own);
    for (const { id } of event.peers) gone.delete(id);
  }
}
