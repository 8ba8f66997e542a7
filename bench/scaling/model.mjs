import { pathToFileURL } from "node:url";

/**
 * What `node bench/scaling/run.mjs` has measured on a busy machine, rounded up. Microseconds of CPU, without those of a
 * proxy and its TLS; KiB of memory, twice the heap that was measured.
 */
const costs = {
  join: { node: 3500, redis: 250 },
  message: { sameNode: 65, otherNode: 180, redis: 6 },
  idleSecond: 50,
  member: { node: 30, redis: 0.6 },
};

/** A core that is busy half of the time has room for peaks, and for the clients of a node that died. */
const usableMicros = 500_000;
/** Connections of one node: fewer than the ports between it and a proxy. */
const maxConnections = 20_000;
/** An offer, an answer and 8 candidates of each side. */
const messagesPerPair = 18;

/**
 * @param {object} load
 * @param {number} load.peers online at the same time
 * @param {number} load.roomSize
 * @param {number} load.minutes that a peer stays
 */
export function sizeOf({ peers, roomSize, minutes }) {
  const joins = peers / (minutes * 60);
  const messages = (joins * messagesPerPair * (roomSize - 1)) / 2;
  const cpuWith = (/** @type {number} */ nodes) => {
    const acrossPart = 1 - 1 / nodes;
    const message = costs.message.sameNode * (1 - acrossPart) + costs.message.otherNode * acrossPart;
    return joins * costs.join.node + messages * message + peers * costs.idleSecond;
  };
  let nodes = Math.max(1, Math.ceil(peers / maxConnections));
  while (cpuWith(nodes) > nodes * usableMicros) nodes += 1;
  const redis = joins * costs.join.redis + messages * (1 - 1 / nodes) * costs.message.redis;
  return {
    peers,
    "joins a second": Number(joins.toPrecision(2)),
    "messages a second": Number(messages.toPrecision(2)),
    nodes,
    "memory of a node, MiB": Math.ceil(((peers / nodes) * costs.member.node) / 1024) + 60,
    "busy part of Redis": Number((redis / 1e6).toPrecision(2)),
    "memory of Redis, MiB": Math.ceil((peers * costs.member.redis) / 1024),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [roomSize = 4, minutes = 30] = process.argv.slice(2).map(Number);
  console.table([1000, 100_000, 10_000_000].map((peers) => sizeOf({ peers, roomSize, minutes })));
}
