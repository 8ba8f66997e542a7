import { fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bundleProgram } from "./bundle-program.js";
import { until } from "./harness.js";
import type { NodeSettings } from "./history/node-protocol.js";
import { hasRedis, RedisServer } from "./redis/redis-server.js";

/** A program whose parent can end without stopping it: all that the program sees of that is a closed channel. */
async function startAndAbandon(name: string, argument: string) {
  const program = await bundleProgram(name);
  onTestFinished(() => program.remove());
  const child = fork(program.file, [argument], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    abandon: async () => {
      const ended = once(child, "exit");
      child.disconnect();
      return ended;
    },
  };
}

const isReachable = async (url: string): Promise<boolean> =>
  fetch(`${url}/socket.io/?EIO=4&transport=polling`).then(
    () => true,
    () => false,
  );

describe.skipIf(!hasRedis)("when the process that started it has ended, so does", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => redis.close());

  it("a node that a test may kill", async () => {
    const node = await startAndAbandon("redis/node-process.ts", `redis://127.0.0.1:${redis.port}`);
    expect(await node.abandon()).toEqual([0, null]);
  });

  it("a node that reports what it does", async () => {
    const settings: NodeSettings = {
      redisPort: redis.port,
      prefix: "abandoned",
      port: 0,
      graceMs: 30_000,
      epochOffsetMs: 0,
      rateLimit: true,
    };
    const node = await startAndAbandon("history/node-program.ts", JSON.stringify(settings));
    expect(await node.abandon()).toEqual([0, null]);
  });

  it("a cluster, with its workers", async () => {
    const primary = await startAndAbandon("redis/cluster-process.ts", `redis://127.0.0.1:${redis.port}`);
    const nodes = (await (await fetch(`${primary.url}/nodes`)).json()) as string[];
    expect(await Promise.all(nodes.map(isReachable))).toEqual([true, true]);
    expect(await primary.abandon()).toEqual([0, null]);
    await until("the end of the workers", async () => (await Promise.all(nodes.map(isReachable))).every((is) => !is));
  });
});
