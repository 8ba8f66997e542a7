import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface NodeStatus {
  readonly name: string;
  readonly state: "starting" | "running" | "stopped";
}

interface ClusterNode {
  readonly name: string;
  process: ChildProcess | undefined;
  /** Known while it is running. */
  port: number | undefined;
}

const program = fileURLToPath(new URL("node.js", import.meta.url));

/** The processes of the signaling nodes, and which of them gets the next connection. */
export class Cluster {
  readonly #nodes: readonly ClusterNode[];
  readonly #redisUrl: string;
  readonly #listeners = new Set<() => void>();
  #next = 0;

  constructor(names: readonly string[], redisUrl: string) {
    this.#nodes = names.map((name) => ({ name, process: undefined, port: undefined }));
    this.#redisUrl = redisUrl;
  }

  status(): readonly NodeStatus[] {
    return this.#nodes.map(({ name, process, port }) => ({
      name,
      state: process === undefined ? "stopped" : port === undefined ? "starting" : "running",
    }));
  }

  /** Calls back after each change of `status`. Returns a function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The port of a running node, another one each time; absent if none is running. */
  nextPort(): number | undefined {
    const ports = this.#nodes.flatMap(({ port }) => port ?? []);
    this.#next += 1;
    return ports[this.#next % ports.length];
  }

  /** Resolves when the node listens, or has ended. Does nothing if it runs, or if there is none of that name. */
  async start(name: string): Promise<void> {
    const node = this.#nodes.find((node) => node.name === name);
    if (node === undefined || node.process !== undefined) return;
    const child = fork(program, { env: { ...process.env, NODE_NAME: name, REDIS_URL: this.#redisUrl } });
    node.process = child;
    this.#notify();
    const ended = once(child, "exit").then(() => {
      node.process = undefined;
      node.port = undefined;
      this.#notify();
    });
    const listening = once(child, "message").then(([message]) => {
      if (node.process === child) ({ port: node.port } = message as { port: number });
      this.#notify();
    });
    await Promise.race([listening, ended]);
  }

  /** Ends it without notice, as a crash or a lost machine does. Resolves when it has ended. */
  async kill(name: string): Promise<void> {
    const child = this.#nodes.find((node) => node.name === name)?.process;
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map(({ name }) => this.kill(name)));
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
