import { connectPair, exchange, messagesPerExchange, sendOne } from "./load.mjs";

/** @typedef {import("./processes.mjs").Node} Node */
/** @typedef {import("./processes.mjs").Redis} Redis */
/** @typedef {{ name: string, from: Node, to: Node }} Kind who sends to whom */
/** @typedef {{ nodes: number, redis: number }} Cost CPU of a message, in microseconds */

/** @typedef {{ messages: number, send(pair: import("./load.mjs").Pair): Promise<void> }} Load one turn of a pair */

/** Messages that come together, as those of a call do. */
export const together = { messages: messagesPerExchange, send: exchange };
/** Messages each of which waits for the one before. */
export const oneByOne = { messages: 1, send: sendOne };

const cycles = 12;
const windowMs = 400;
const pairsEach = 6;

/**
 * CPU of all processes, in microseconds.
 *
 * @param {readonly Node[]} nodes
 * @param {Redis} redis
 */
export async function cpu(nodes, redis) {
  const usages = await Promise.all(nodes.map((node) => node.usage()));
  const info = await redis.info();
  return {
    nodes: usages.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
    redis: ((info.used_cpu_user ?? 0) + (info.used_cpu_sys ?? 0)) * 1e6,
    out: info.total_net_output_bytes ?? 0,
  };
}

/**
 * What a relayed message costs, of each kind: in short windows that take turns, so that one with more load on the
 * machine is one for all.
 *
 * @param {readonly Kind[]} kinds
 * @param {Redis} redis
 * @param {Load} [load]
 * @returns {Promise<{ name: string, costs: Cost[] }[]>} one cost a cycle
 */
export async function messageCosts(kinds, redis, { messages, send } = together) {
  const rows = [];
  for (const [index, { name, from, to }] of kinds.entries()) {
    const pairs = [];
    for (let pair = 0; pair < pairsEach; pair += 1) pairs.push(await connectPair(from.url, `${index}-${pair}`, to.url));
    rows.push({ name, pairs, nodes: [...new Set([from, to])], costs: /** @type {Cost[]} */ ([]) });
  }
  for (let cycle = 0; cycle <= cycles; cycle += 1)
    for (const { pairs, nodes, costs } of cycle % 2 === 0 ? rows : [...rows].reverse()) {
      const before = await cpu(nodes, redis);
      const until = performance.now() + windowMs;
      let count = 0;
      await Promise.all(
        pairs.map(async (pair) => {
          while (performance.now() < until) {
            await send(pair);
            count += messages;
          }
        }),
      );
      const after = await cpu(nodes, redis);
      // The first window warms up.
      if (cycle > 0)
        costs.push({ nodes: (after.nodes - before.nodes) / count, redis: (after.redis - before.redis) / count });
    }
  for (const { pairs } of rows) for (const { peers } of pairs) for (const { socket } of peers) socket.disconnect();
  return rows.map(({ name, costs }) => ({ name, costs }));
}
