import { checkMemberships } from "./check-memberships.js";
import { type ClientEvent, type ClientHistory, type History, type Present, type Violation } from "./history.js";

/** I1. */
export function checkRosters(history: History): Violation[] {
  const { clients, end } = history;
  const violations: string[] = [];
  const rosters = Object.entries(end.rosters).map(([node, members]) => ({ node, members: textOf(members) }));
  const roster = Object.values(end.rosters)[0] ?? [];
  for (const { node, members } of rosters)
    if (members !== rosters[0]?.members)
      violations.push(`${node} lists ${members}, and ${rosters[0]?.node ?? ""} lists ${rosters[0]?.members ?? ""}`);
  const online = roster.filter(({ state }) => state === "online").map(({ id }) => id);
  if ([...online].sort().join() !== [...end.online].sort().join())
    violations.push(`online are ${online.sort().join(" ")}, and connected are ${[...end.online].sort().join(" ")}`);
  for (const client of clients) {
    const view = viewOf(client, violations);
    if (!end.online.includes(client.id)) continue;
    const [known, listed] = [textOf(view), textOf(roster.filter(({ id }) => id !== client.id))];
    if (known !== listed) violations.push(`client ${client.id} knows ${known}, and the nodes list ${listed}`);
  }
  violations.push(...checkMemberships(history));
  return violations.map((what) => ({ invariant: "I1", what }));
}

/** Whom a client knows of in the end. What cannot follow on what it knew before is a violation. */
function viewOf({ id: own, events }: ClientHistory, violations: string[]): Present[] {
  let view: Map<string, Present> | undefined;
  const note = (what: string): void => void violations.push(`client ${own}: ${what}`);
  for (const event of events) {
    if (event.type === "created") view = new Map(event.peers.map((peer) => [peer.id, peer]));
    if (event.type === "connected" || event.type === "disconnected" || event.type === "left") view = undefined;
    if (event.type !== "joined" && event.type !== "presence" && event.type !== "exit") {
      if (event.type === "arrived" && view === undefined) note(`${event.tx} arrived before created`);
      continue;
    }
    if (event.id === own && event.type === "exit") {
      view = undefined;
      continue;
    }
    if (view === undefined) note(`${event.type} of ${event.id} before created`);
    else apply(view, event, note);
  }
  return [...(view?.values() ?? [])];
}

function apply(
  view: Map<string, Present>,
  event: Extract<ClientEvent, { type: "joined" | "presence" | "exit" }>,
  note: (what: string) => void,
): void {
  const { id } = event;
  if (event.type === "joined") {
    if (view.has(id)) note(`${id} joined twice`);
    view.set(id, { id, state: "online" });
  } else if (!view.has(id)) note(`${event.type} of ${id}, which is not there`);
  else if (event.type === "presence") view.set(id, { id, state: event.state });
  else view.delete(id);
}

const textOf = (members: readonly Present[]): string =>
  members
    .map(({ id, state }) => `${id}:${state}`)
    .sort()
    .join(" ");
