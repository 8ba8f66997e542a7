import type { PeerInfo } from "@sig/server";
import { checkHistory } from "../../packages/server/test/history/check-history.js";
import type {
  ClientEvent,
  ClientHistory,
  EndConnection,
  History,
  Present,
} from "../../packages/server/test/history/history.js";
import { homes } from "./plan.js";
import { dataTransmission, type Stay } from "./stay.js";
import type { World } from "./world.js";

/** The rooms of a run. */
export const rooms = [...new Set(homes.map(([, room]) => room))];

/** What a run has left behind: what there is of each thing. */
export type Resources = Readonly<Record<string, number>>;

/** Everything that contradicts an invariant, once everything has come to rest. */
export async function violationsOf(world: World): Promise<string[]> {
  const violations: string[] = [];
  const members = new Map<string, readonly PeerInfo[]>();
  // With its data Redis loses attributes that are on their way.
  const hasAttributes = !world.cluster.redis.hasLostData;
  for (const room of rooms) {
    const listed = await membersOf(world, room);
    const [first = []] = listed.values();
    members.set(room, first);
    for (const { invariant, what } of checkHistory(historyOf(world, room, listed)))
      violations.push(`${room}: ${invariant}: ${what}`);
    const differences = hasAttributes ? attributesDiffer(listed) : [];
    for (const what of [...differences, ...world.decisions.violations(world, room, first)])
      violations.push(`${room}: I1: ${what}`);
  }
  for (const { broken } of world.cluster.started) violations.push(...broken.map((what) => `I1: ${what}`));
  for (const { name, page } of world.people.values()) {
    if (!page.isOut && page.membership === undefined) violations.push(`I1: ${name} is ${page.state}`);
    const present = members.get(page.membership?.room ?? "") ?? [];
    for (const what of page.contradictions(present, hasAttributes)) violations.push(`I1: ${name}: ${what}`);
  }
  return violations;
}

/** The members of a room as each node lists them. */
async function membersOf(world: World, room: string): Promise<Map<string, readonly PeerInfo[]>> {
  const members = new Map<string, readonly PeerInfo[]>();
  for (const { name, signaling } of world.cluster.alive) members.set(name, await world.answer(signaling.peers(room)));
  return members;
}

function attributesDiffer(listed: ReadonlyMap<string, readonly PeerInfo[]>): string[] {
  const texts = [...listed].map(([node, members]) => ({
    node,
    text: members
      .map(({ id, attributes }) => `${id}:${JSON.stringify(attributes)}`)
      .sort()
      .join(" "),
  }));
  const [first] = texts;
  return texts
    .filter(({ text }) => text !== first?.text)
    .map(({ node, text }) => `${node} has the attributes ${text}, and ${first?.node ?? ""} has ${first?.text ?? ""}`);
}

function historyOf(world: World, room: string, listed: ReadonlyMap<string, readonly PeerInfo[]>): History {
  const { cluster, people } = world;
  const rosters: Record<string, readonly Present[]> = {};
  for (const [node, members] of listed) rosters[node] = members.map(({ id, state }) => ({ id, state }));
  const pages = [...people.values()].map(({ page }) => page);
  const online: string[] = [];
  const connections: Record<string, readonly EndConnection[]> = {};
  for (const page of pages) {
    if (page.membership?.room !== room) continue;
    online.push(page.membership.id);
    connections[page.membership.id] = page.endConnections();
  }
  const stays = [...people.values()].flatMap((person) => person.stays).filter((stay) => stay.room === room);
  return {
    clients: stays.map(withRelays),
    nodes: cluster.started.map((node) => node.history(room)),
    end: {
      rosters,
      dataLost: cluster.redis.hasLostData,
      online,
      legacy: stays.filter(({ isLegacy }) => isLegacy).map(({ id }) => id),
      connections,
    },
  };
}

/**
 * Relayed messages may reach the peer over the data channel instead, where only the two clients see them: that none is
 * missing shows in the connections and in what applications send. Of those that the server has relayed it decides
 * whether they were sent, once, and in order.
 */
function withRelays({ id, events }: Stay): ClientHistory {
  const streams = new Map<string, ClientEvent>();
  for (const event of events)
    if (event.type === "sent" && event.tx !== dataTransmission)
      streams.set(`${event.to} ${event.epoch}`, { type: "abandoned", to: event.to, epoch: event.epoch, seq: 0 });
  const last = events.filter(({ type }) => type === "left");
  return { id, events: [...events.filter(({ type }) => type !== "left"), ...streams.values(), ...last] };
}

/** What there is while nobody is in a room, or after everybody has left. */
export async function resourcesOf(world: World): Promise<Resources> {
  const { cluster, people, network } = world;
  const resources: Record<string, number> = { connections: network.connections.live };
  for (const key of cluster.redis.store.lastingKeys()) resources[`key ${key}`] = 1;
  for (const { name, page } of people.values()) {
    resources[`listeners of ${name}`] = page.socket.listenerCount;
    resources[`timers of ${name}`] = page.process.timers;
  }
  for (const { at, process, signaling } of cluster.alive) {
    const { rooms: open, online, away, pendingJoins } = signaling.metrics() as unknown as Record<string, number>;
    resources[`timers of node ${String(at)}`] = process.timers;
    resources[`rooms of node ${String(at)}`] = open ?? NaN;
    resources[`members of node ${String(at)}`] = (online ?? 0) + (away ?? 0) + (pendingJoins ?? 0);
    resources[`listed by node ${String(at)}`] = (await world.answer(signaling.rooms())).length;
  }
  return resources;
}
