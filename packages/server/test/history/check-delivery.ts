import { nodesOf } from "./check-memberships.js";
import { type ClientEvent, type ClientHistory, type History, type Violation } from "./history.js";

type Sent = Extract<ClientEvent, { type: "sent" }>;

/** I2. */
export function checkDelivery({ clients, nodes, end }: History): Violation[] {
  const byId = new Map(clients.map((client) => [client.id, client]));
  const violations = clients.flatMap((receiver) => [...outOfOrder(receiver), ...badTransmissions(receiver, byId)]);
  for (const receiver of clients) violations.push(...afterExit(receiver, byId, nodes, end.legacy));
  for (const sender of clients) violations.push(...lost(sender, byId, end.online));
  if (!nodes.some(({ killed }) => killed)) violations.push(...neverRelayed(clients, nodes));
  return violations.map((what) => ({ invariant: "I2", what }));
}

/** What the application of a receiver was given: 1, 2, 3, … of each sender and epoch. */
function outOfOrder({ id, events }: ClientHistory): string[] {
  const last = new Map<string, number>();
  const violations: string[] = [];
  for (const event of events) {
    if (event.type !== "delivered") continue;
    const stream = `${event.from}/${event.epoch}`;
    const expected = (last.get(stream) ?? 0) + 1;
    if (event.seq !== expected)
      violations.push(`${id} was given ${String(event.seq)} of ${stream} in place of ${String(expected)}`);
    last.set(stream, Math.max(event.seq, expected - 1));
  }
  return violations;
}

/** The server adds nothing, repeats nothing, and keeps the order of each connection. */
function badTransmissions({ id, events }: ClientHistory, senders: ReadonlyMap<string, ClientHistory>): string[] {
  const violations: string[] = [];
  const arrived = new Set<string>();
  const places = new Map<string, number>();
  const sent = new Map<string, { readonly place: number; readonly over: string; readonly message: string }>();
  for (const [from, { events: all }] of senders)
    for (const [place, transmission] of transmissions(all).entries())
      if (transmission.to === id)
        sent.set(transmission.tx, { place, over: `${from}/${transmission.over}`, message: nameOf(transmission) });
  for (const event of events) {
    if (event.type !== "arrived") continue;
    const transmission = sent.get(event.tx);
    if (transmission?.message !== nameOf(event)) violations.push(`${id} received ${event.tx}, which nobody sent to it`);
    if (arrived.has(event.tx)) violations.push(`${id} received ${event.tx} twice`);
    arrived.add(event.tx);
    if (transmission === undefined) continue;
    if (transmission.place < (places.get(transmission.over) ?? 0))
      violations.push(`${id} received ${event.tx} after what was sent later`);
    places.set(transmission.over, transmission.place);
  }
  return violations;
}

/**
 * Nothing arrives of a peer that has left. After a partition a peer may go on where others have taken it for lost; its
 * return is announced then. What it has sent through one node may come after its exit on another, also if that node was
 * only stopped. A legacy client may leave and join again under its id.
 */
function afterExit(
  { id, events }: ClientHistory,
  senders: ReadonlyMap<string, ClientHistory>,
  nodes: History["nodes"],
  legacy: readonly string[] = [],
): string[] {
  const exits = new Map<string, string | undefined>();
  const violations: string[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type === "exit") exits.set(event.id, event.reason);
    if (event.type === "joined") exits.delete(event.id);
    if (event.type === "created") exits.clear();
    if (event.type !== "arrived" || !exits.has(event.from)) continue;
    const { from, tx } = event;
    const concerned = nodesOf(nodes, from);
    const wentOn =
      concerned.some(({ partitioned, wasFrozen }) => partitioned === true || wasFrozen === true) &&
      (exits.get(from) === "lost" || concerned.length > 1 || legacy.includes(from)) &&
      (isOver(senders.get(from)) || returns(from, events.slice(at)));
    if (!wentOn) violations.push(`${id} received ${tx} after its sender had left`);
  }
  return violations;
}

/** Whether a receiver is notified of a peer's return, or has lost its view of the room before. */
function returns(peer: string, events: readonly ClientEvent[]): boolean {
  return events.some(
    (event) =>
      (event.type === "joined" && event.id === peer) || ["created", "disconnected", "left"].includes(event.type),
  );
}

function isOver(client: ClientHistory | undefined): boolean {
  return client?.events.at(-1)?.type === "left";
}

/** What a client has sent, in order, with the connection that it was sent over. */
function transmissions(events: readonly ClientEvent[]): (Sent & { readonly over: string })[] {
  let over = "";
  const all: (Sent & { readonly over: string })[] = [];
  for (const event of events) {
    if (event.type === "connected") over = String(event.connection);
    if (event.type === "sent") all.push({ ...event, over });
  }
  return all;
}

/** Everything that was sent to somebody who is still there has been delivered, unless its sender knows better. */
function lost(
  { id, events }: ClientHistory,
  receivers: ReadonlyMap<string, ClientHistory>,
  online: readonly string[],
): string[] {
  const wanted = new Map<string, { readonly to: string; readonly seq: number; readonly epoch: string }>();
  for (const event of events) {
    if (event.type === "sent") wanted.set(`${event.to} ${event.epoch} ${String(event.seq)}`, event);
    if (event.type !== "abandoned") continue;
    for (const [name, { to, epoch, seq }] of wanted)
      if (to === event.to && epoch === event.epoch && seq >= event.seq) wanted.delete(name);
  }
  const given = new Map(online.map((to) => [to, deliveredFrom(id, receivers.get(to)?.events ?? [])]));
  return [...wanted.values()]
    .filter((message) => given.get(message.to)?.has(nameOf(message)) === false)
    .map(({ to, epoch, seq }) => `${String(seq)} of ${id}/${epoch} is lost on its way to ${to}`);
}

/** The names of what a receiver was given of one sender. */
function deliveredFrom(sender: string, events: readonly ClientEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) => (event.type === "delivered" && event.from === sender ? [nameOf(event)] : [])),
  );
}

/** Nothing arrives that no node has relayed. */
function neverRelayed(clients: History["clients"], nodes: History["nodes"]): string[] {
  const left = new Map<string, number>();
  for (const { events } of nodes)
    for (const event of events)
      if (event.type === "relayed")
        left.set(`${event.from} ${event.to}`, (left.get(`${event.from} ${event.to}`) ?? 0) + 1);
  const violations: string[] = [];
  for (const { id, events } of clients)
    for (const event of events) {
      if (event.type !== "arrived") continue;
      const pair = `${event.from} ${id}`;
      left.set(pair, (left.get(pair) ?? 0) - 1);
      if (left.get(pair) === -1) violations.push(`${id} received more of ${event.from} than the nodes have relayed`);
    }
  return violations;
}

const nameOf = ({ epoch, seq }: { readonly epoch: string; readonly seq: number }): string => `${epoch}/${String(seq)}`;
