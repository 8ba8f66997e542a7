import { fork, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "redis";
import { bundleProgram } from "../bundle.mjs";
import { freePort } from "../free-port.mjs";
import { nextMessage } from "../next-message.mjs";
import { nodeProgram, nodeWithAdapterProgram } from "./node-program.mjs";

/**
 * @typedef {object} Usage
 * @property {number} cpuMicros since its start
 * @property {number} heap bytes; garbage was collected before if the memory was asked for
 * @property {number} rss bytes
 */
/** @typedef {{ url: string, usage(what?: "memory"): Promise<Usage>, stop(): void }} Node */
/** @typedef {{ url: string, info(): Promise<Record<string, number>>, stop(): void }} Redis */

/** @param {string} folder */
export async function bundleNode(folder) {
  const outfile = join(folder, "node.cjs");
  await bundleProgram(nodeProgram, outfile);
  return outfile;
}

/** @param {string} folder */
export async function bundleNodeWithAdapter(folder) {
  const outfile = join(folder, "node-with-adapter.cjs");
  const packageWithAdapters = fileURLToPath(new URL("../../packages/server", import.meta.url));
  await bundleProgram(nodeWithAdapterProgram, outfile, packageWithAdapters);
  return outfile;
}

/**
 * @param {string} file
 * @param {Redis} [redis]
 * @param {Record<string, string>} [environment] further variables
 * @returns {Promise<Node>}
 */
export async function startNode(file, redis, environment) {
  const child = fork(file, {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      ...(redis !== undefined && { REDIS_URL: redis.url }),
      ...environment,
    },
  });
  const { port } = await nextMessage(child, "A node");
  return {
    url: `http://127.0.0.1:${port}`,
    usage: async (what) => {
      const answered = nextMessage(child, "A node");
      child.send(what ?? "cpu");
      return answered;
    },
    stop: () => child.kill(),
  };
}

/**
 * @param {string} folder
 * @returns {Promise<Redis>}
 */
export async function startRedis(folder) {
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const server = spawn(process.env.REDIS_SERVER_PATH ?? "redis-server", args, { stdio: "ignore" });
  const missing = new Promise((_, reject) => {
    server.once("error", () => reject(new Error("redis-server is not installed: this measurement needs it.")));
  });
  const url = `redis://127.0.0.1:${port}`;
  const client = createClient({ url, socket: { reconnectStrategy: 50 } });
  client.on("error", () => undefined);
  await Promise.race([client.connect(), missing]);
  return {
    url,
    info: async () =>
      Object.fromEntries(
        Array.from(String(await client.info()).matchAll(/^(\w+):([\d.]+)\r?$/gm), ([, name, value]) => [
          name,
          Number(value),
        ]),
      ),
    stop: () => {
      client.destroy();
      server.kill("SIGKILL");
    },
  };
}
