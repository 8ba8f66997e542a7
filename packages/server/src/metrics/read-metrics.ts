import { type Core } from "../core.js";
import { createCounters, type Counters } from "./counters.js";
import { sumMetrics, type MetricGauges, type Metrics, type MetricStates } from "./metrics.js";

type Parts = MetricStates & MetricGauges & { readonly members: { online: number; away: number } };

/** See `Signaling.metrics`. What there is at the moment is counted now: it is stored nowhere else. */
export function readMetrics(core: Core): Metrics {
  const members = { online: 0, away: 0 };
  for (const { held } of core.rooms.values())
    for (const { connection } of held.values()) members[connection === undefined ? "away" : "online"] += 1;
  let pendingJoins = 0;
  for (const connection of core.connections.values()) pendingJoins += connection.pendingJoins.length;
  return flat(core.counters, {
    closing: core.closing ? 1 : 0,
    draining: core.draining === undefined ? 0 : 1,
    rosterReachable: (core.shared?.reachable ?? core.rosterAnswers) ? 1 : 0,
    connections: core.connections.size,
    members,
    rooms: core.rooms.size,
    pendingJoins,
  });
}

const none = flat(createCounters(), {
  closing: 0,
  draining: 0,
  rosterReachable: 1,
  connections: 0,
  members: { online: 0, away: 0 },
  rooms: 0,
  pendingJoins: 0,
});

/** The numbers of the services on the children of a parent namespace, those that have been closed included. */
export class ChildMetrics {
  #ofClosed = none;

  /** @param last the numbers of a child that is closed: what it has counted stays, or a total would decrease */
  add(last: Metrics): void {
    this.#ofClosed = sumMetrics([last], none, this.#ofClosed);
  }

  /** @param parent what is true of the service on the parent */
  read(present: readonly Metrics[], parent: { readonly closing: boolean; readonly draining: boolean }): Metrics {
    const rosterReachable = present.every((child) => child.rosterReachable === 1) ? 1 : 0;
    return sumMetrics(
      present,
      { closing: parent.closing ? 1 : 0, draining: parent.draining ? 1 : 0, rosterReachable },
      this.#ofClosed,
    );
  }
}

/** A group of numbers becomes one number for each of its words: `exits.left`. */
function flat(counters: Counters, parts: Parts): Metrics {
  const metrics: Record<string, number> = {};
  for (const [name, value] of Object.entries({ ...parts, ...counters }) as [string, number | Record<string, number>][])
    if (typeof value === "number") metrics[name] = value;
    else for (const [word, count] of Object.entries(value)) metrics[`${name}.${word}`] = count;
  return Object.freeze(metrics) as unknown as Metrics;
}
