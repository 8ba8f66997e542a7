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
  const rosters = new Map<string, readonly Present[]>();
  for (const room of rooms) {
    const history = await historyOf(world, room);
    rosters.set(room, Object.values(history.end.rosters)[0] ?? []);
    for (const { invariant, what } of checkHistory(history)) violations.push(`${room}: ${invariant}: ${what}`);
  }
  for (const { broken } of world.cluster.started) violations.push(...broken.map((what) => `I1: ${what}`));
  for (const { name, page } of world.people.values()) {
    const { manager, view } = page;
    if (!page.isOut && manager.state !== "joined") violations.push(`I1: ${name} is ${manager.state}`);
    const members = manager.state === "joined" ? (rosters.get(manager.room ?? "") ?? []) : [];
    for (const what of [...view.violations, ...view.differences(members)]) violations.push(`I1: ${name}: ${what}`);
  }
  return violations;
}

async function historyOf(world: World, room: string): Promise<History> {
  const { cluster, people } = world;
  const rosters: Record<string, readonly Present[]> = {};
  for (const { name, signaling } of cluster.alive)
    rosters[name] = (await world.answer(signaling.peers(room))).map(({ id, state }) => ({ id, state }));
  const pages = [...people.values()].map(({ page }) => page);
  const present = pages.filter(({ manager }) => manager.state === "joined" && manager.room === room);
  const connections: Record<string, readonly EndConnection[]> = {};
  for (const page of present) connections[page.manager.id ?? ""] = page.endConnections();
  return {
    clients: [...people.values()]
      .flatMap(({ stays }) => stays)
      .filter((stay) => stay.room === room)
      .map(withRelays),
    nodes: cluster.started.map((node) => node.history(room)),
    end: {
      rosters,
      dataLost: cluster.redis.hasLostData,
      online: present.map(({ manager }) => manager.id ?? ""),
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
