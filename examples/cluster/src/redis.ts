import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";

export interface RunningRedis {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a Redis of its own, in memory, on a free port. Rejects if `redis-server` is not installed. */
export async function startRedis(): Promise<RunningRedis> {
  const folder = await mkdtemp(join(tmpdir(), "sig-cluster-"));
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const server = spawn(process.env.REDIS_SERVER_PATH ?? "redis-server", options, { stdio: "ignore" });
  const ended = new Promise<never>((_, reject) => {
    server.once("error", () =>
      reject(new Error("redis-server is not installed. Install it, or set REDIS_URL to a Redis that runs.")),
    );
    server.once("exit", (code) => reject(new Error(`redis-server ended with status ${String(code)}.`)));
  });
  ended.catch(() => undefined);
  // However this process ends.
  process.once("exit", () => server.kill("SIGKILL"));
  const url = `redis://127.0.0.1:${port}`;
  // It retries until Redis accepts connections.
  const client = createClient({ url, socket: { reconnectStrategy: 50 } });
  client.on("error", () => undefined);
  try {
    await Promise.race([client.connect(), ended]);
  } finally {
    client.destroy();
  }
  return {
    url,
    close: async () => {
      server.kill("SIGKILL");
      await ended.catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
