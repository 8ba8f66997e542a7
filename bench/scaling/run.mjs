import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "../median.mjs";
import { connect } from "./load.mjs";
import { cpu, messageCosts } from "./message-costs.mjs";
import { bundleNode, startNode, startRedis } from "./processes.mjs";

/** @typedef {import("./processes.mjs").Node} Node */
/** @typedef {import("./processes.mjs").Redis} Redis */
/** @typedef {import("./load.mjs").Peer} Peer */

const idleMs = 10_000;

/** Measures what docs/scaling.md is made of: what a message, a join and a member cost nodes and Redis. */
export async function run() {
  const folder = await mkdtemp(join(tmpdir(), "sig-scaling-"));
  /** @type {{ stop(): void }[]} */
  const started = [];
  try {
    const [file, redis] = [await bundleNode(folder), await startRedis(folder)];
    started.push(redis);
    const [alone, one, two] = [await startNode(file), await startNode(file, redis), await startNode(file, redis)];
    started.push(alone, one, two);
    await messages({ alone, one, two, redis });
    for (const size of [2, 8, 64]) await joins(size, { one, two, redis });
    await members({ one, two, redis });
  } finally {
    for (const { stop } of started) stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {{ alone: Node, one: Node, two: Node, redis: Redis }} processes */
async function messages({ alone, one, two, redis }) {
  const kinds = [
    { name: "one node, rooms in memory", from: alone, to: alone },
    { name: "both peers on one of two nodes", from: one, to: one },
    { name: "peers on different nodes", from: one, to: two },
  ];
  const rows = await messageCosts(kinds, redis);
  const base = median(rows[0]?.costs.map(({ nodes }) => nodes) ?? []);
  console.log("\nA relayed message, CPU relative to one node with its rooms in memory (medians)");
  console.table(
    rows.map(({ name, costs }) => ({
      "": name,
      nodes: ratio(median(costs.map(({ nodes }) => nodes)) / base),
      Redis: ratio(median(costs.map(({ redis }) => redis)) / base),
    })),
  );
  console.log(`1.00 was ${base.toFixed(1)} µs.`);
}

/**
 * @param {number} size
 * @param {{ one: Node, two: Node, redis: Redis }} processes
 */
async function joins(size, { one, two, redis }) {
  const rooms = Math.ceil(256 / size);
  const before = await cpu([one, two], redis);
  /** @type {Peer[]} */
  const peers = [];
  for (let room = 0; room < rooms; room += 1)
    for (let index = 0; index < size; index += 1)
      peers.push(await connect((index % 2 === 0 ? one : two).url, `rooms-of-${size}-${room}`));
  const after = await cpu([one, two], redis);
  const count = peers.length;
  console.log(
    `A connection and a join, rooms filled up to ${size} over two nodes: ` +
      `${Math.round((after.nodes - before.nodes) / count)} µs of CPU of nodes, ` +
      `${Math.round((after.redis - before.redis) / count)} µs of Redis, ` +
      `which sent ${((after.out - before.out) / count / 1024).toFixed(1)} KiB`,
  );
  for (const { socket } of peers) socket.disconnect();
}

/** @param {{ one: Node, two: Node, redis: Redis }} processes */
async function members({ one, two, redis }) {
  // Those that have left are forgotten by then.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const empty = await idle({ one, two, redis });
  const [usage, info] = [await one.usage("memory"), await redis.info()];
  /** @type {Peer[]} */
  const peers = [];
  for (let room = 0; room < 500; room += 1)
    for (const { url } of [one, two]) peers.push(await connect(url, `members-${room}`));
  const [used, infoAfter] = [await one.usage("memory"), await redis.info()];
  console.log(
    `A member in a room of two: ${kib((used.heap - usage.heap) / 500)} KiB of heap of its node, ` +
      `${kib(((infoAfter.used_memory ?? 0) - (info.used_memory ?? 0)) / 1000)} KiB of Redis`,
  );
  const full = await idle({ one, two, redis });
  console.log(
    `Idle: ${(empty.micros / 2).toFixed(0)} µs of CPU a second for a node, ` +
      `${((full.micros - empty.micros) / peers.length).toFixed(1)} µs more for each member, ` +
      `${(full.commands / 2).toFixed(1)} commands a second to Redis for a node`,
  );
  for (const { socket } of peers) socket.disconnect();
}

/**
 * What two nodes do by themselves, a second.
 *
 * @param {{ one: Node, two: Node, redis: Redis }} processes
 */
async function idle({ one, two, redis }) {
  const [before, commands] = [await cpu([one, two], redis), (await redis.info()).total_commands_processed ?? 0];
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const [after, commandsAfter] = [await cpu([one, two], redis), (await redis.info()).total_commands_processed ?? 0];
  const seconds = idleMs / 1000;
  // Those of this program are not counted.
  return { micros: (after.nodes - before.nodes) / seconds, commands: (commandsAfter - commands - 2) / seconds };
}

/** @param {number} value */
const ratio = (value) => value.toFixed(2);

/** @param {number} bytes */
const kib = (bytes) => (bytes / 1024).toFixed(1);

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
