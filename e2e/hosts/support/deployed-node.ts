import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../../../scripts/lib/paths.mjs";

const example = join(root, "examples/deploying");

/** Bundles `examples/deploying/server.js` with the packages' sources. The caller removes the folder. */
export async function bundleServer(): Promise<string> {
  const cache = join(example, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "server-"));
  await build({
    entryPoints: [join(example, "server.js")],
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@sig/source"],
    external: ["socket.io", "redis", "ws"],
    outfile: join(folder, "server.mjs"),
    logLevel: "warning",
  });
  return folder;
}

/** A node as it is deployed, in a process of its own. */
export class DeployedNode {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  static async start(folder: string, redisPort: number): Promise<DeployedNode> {
    const child = spawn(process.execPath, [join(folder, "server.mjs")], {
      env: { ...process.env, PORT: "0", DRAIN_MS: "2000", REDIS_URL: `redis://127.0.0.1:${redisPort}` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await new Promise<Buffer>((resolve, reject) => {
      child.stdout.once("data", resolve);
      child.once("exit", (code) => reject(new Error(`The node ended with ${String(code)} before it listened.`)));
    });
    return new DeployedNode(child, Number(/port (\d+)/.exec(line.toString())?.[1]));
  }

  /** How many Socket.IO clients it has. */
  async clients(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/healthz`);
    return ((await answer.json()) as { clients: number }).clients;
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, "exit");
    this.#process.kill(signal);
    await gone;
  }
}

export async function removeServer(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
