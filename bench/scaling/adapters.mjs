import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "../median.mjs";
import { messageCosts, oneByOne, together } from "./message-costs.mjs";
import { bundleNodeWithAdapter, startNode, startRedis } from "./processes.mjs";

const adapters = [
  { adapter: "redis", name: "@socket.io/redis-adapter" },
  { adapter: "sharded", name: "@socket.io/redis-adapter, sharded" },
  { adapter: "streams", name: "@socket.io/redis-streams-adapter" },
];

/**
 * Measures what a message between nodes costs through an adapter: with this library, and with the relay of tutorials on
 * that adapter alone, which checks nothing.
 */
export async function run() {
  const folder = await mkdtemp(join(tmpdir(), "sig-adapters-"));
  /** @type {{ stop(): void }[]} */
  const started = [];
  try {
    const [file, redis] = [await bundleNodeWithAdapter(folder), await startRedis(folder)];
    started.push(redis);
    /** @param {Record<string, string>} environment */
    const start = async (environment) => {
      const node = await startNode(file, redis, environment);
      started.push(node);
      return node;
    };
    const table = [];
    for (const { adapter, name } of adapters) {
      const relays = { name: "alone", from: await start({ ADAPTER: adapter, RELAY: "1" }) };
      const ours = { name: "ours", from: await start({ ADAPTER: adapter }) };
      const kinds = [
        { ...relays, to: await start({ ADAPTER: adapter, RELAY: "1" }) },
        { ...ours, to: await start({ ADAPTER: adapter }) },
      ];
      for (const [messages, load] of Object.entries({ together, "one by one": oneByOne })) {
        const [alone, other] = await messageCosts(kinds, redis, load);
        /** @param {"nodes" | "redis"} of */
        const ratios = (of) => (other?.costs ?? []).map((cost, cycle) => cost[of] / (alone?.costs[cycle]?.[of] ?? NaN));
        table.push({
          "": name,
          messages,
          "nodes, ours / alone": spread(ratios("nodes")),
          "Redis, ours / alone": spread(ratios("redis")),
          "alone, µs of nodes": median(alone?.costs.map(({ nodes }) => nodes) ?? []).toFixed(1),
        });
      }
      for (const { from, to } of kinds) for (const node of [from, to]) node.stop();
    }
    console.log("\nCPU of a message between two nodes, through an adapter: medians of the ratios, with their range");
    console.table(table);
  } finally {
    for (const { stop } of started) stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {readonly number[]} values */
const spread = (values) =>
  `${median([...values]).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
