import type { AddressInfo } from "node:net";
import { Cluster } from "./cluster.js";
import { createFront } from "./front.js";
import { startRedis } from "./redis.js";

const names = ["node-1", "node-2", "node-3"];
const { PORT = "3000", REDIS_URL } = process.env;

try {
  const redis = REDIS_URL === undefined ? await startRedis() : undefined;
  const cluster = new Cluster(names, redis?.url ?? REDIS_URL ?? "");
  await Promise.all(names.map((name) => cluster.start(name)));
  const front = createFront(cluster);
  await new Promise<void>((resolve, reject) => {
    front.once("error", reject);
    // On this machine alone: whoever sees the page may kill a node.
    front.listen(Number(PORT), "127.0.0.1", resolve);
  });
  const stop = () => {
    void Promise.all([cluster.close(), redis?.close()]).then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  console.log(`http://localhost:${(front.address() as AddressInfo).port}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
