import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";

/** As `scripts/lib/tools.mjs` finds it, which installs it for `npm test`. */
const program = process.env.REDIS_SERVER_PATH ?? "redis-server";

/** Tests that need Redis are skipped where it is not installed. */
export const hasRedis = spawnSync(program, ["--version"]).status === 0;

/** A client that a test connects, as an application would. */
export type Client = Awaited<ReturnType<RedisServer["connect"]>>;

/** A Redis of one test file, on loopback and without persistence. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess;
  readonly #clients: { destroy(): void; readonly isOpen: boolean }[] = [];

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    this.#process = this.#spawn();
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "sig-redis-")));
    await server.#accepts();
    return server;
  }

  /** A connected client. The errors of its connection are the test's own doing. */
  async connect({ disableOfflineQueue = false } = {}) {
    const socket = { host: "127.0.0.1", port: this.port, reconnectStrategy: 50 };
    const client = createClient({ socket, disableOfflineQueue });
    client.on("error", () => {});
    this.#clients.push(client);
    await client.connect();
    return client;
  }

  /** Ends it, with all its data. */
  async stop(): Promise<void> {
    await this.#kill();
  }

  /** Starts it again, on the same port. */
  async startAgain(): Promise<void> {
    this.#process = this.#spawn();
    await this.#accepts();
  }

  async close(): Promise<void> {
    for (const client of this.#clients) if (client.isOpen) client.destroy();
    await this.#kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #spawn(): ChildProcess {
    const options = { port: String(this.port), bind: "127.0.0.1", save: "", appendonly: "no", dir: this.#folder };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    return spawn(program, args, { stdio: "ignore" });
  }

  async #kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await gone;
  }

  /** The client of Redis retries until it accepts connections. */
  async #accepts(): Promise<void> {
    const client = createClient({ socket: { host: "127.0.0.1", port: this.port, reconnectStrategy: 20 } });
    client.on("error", () => {});
    const ended = new Promise<never>((_, reject) => {
      this.#process.once("exit", () => reject(new Error("redis-server ended.")));
    });
    await Promise.race([client.connect(), ended]);
    client.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("No port is free.");
  return address.port;
}
