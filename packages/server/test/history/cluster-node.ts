import { fork, type ChildProcess } from "node:child_process";
import { TcpLink } from "./tcp-link.js";
import type { NodeEvent, NodeHistory, Present } from "./history.js";
import type { NodeReport, NodeRequest, NodeSettings } from "./node-protocol.js";

/** One node in a process of its own, with a path to Redis of its own. */
export class ClusterNode {
  readonly name: string;
  readonly #events: { readonly room: string | undefined; readonly event: NodeEvent }[] = [];
  readonly #asked: { readonly room: string; readonly id: string }[] = [];
  /** Failures of its roster, which a test may cause. */
  readonly outages: string[] = [];
  readonly redis: TcpLink;
  readonly #program: string;
  readonly #settings: NodeSettings;
  #child: ChildProcess | undefined;
  #wasKilled = false;
  port = 0;
  readonly #listeners = new Set<(report: NodeReport) => void>();

  private constructor(name: string, program: string, settings: NodeSettings, redis: TcpLink) {
    this.name = name;
    this.#program = program;
    this.#settings = settings;
    this.redis = redis;
  }

  static async start(name: string, program: string, settings: NodeSettings): Promise<ClusterNode> {
    const redis = await TcpLink.open(settings.redisPort);
    const node = new ClusterNode(name, program, { ...settings, redisPort: redis.port }, redis);
    await node.start().catch(async (cause: unknown) => {
      await node.close();
      throw cause;
    });
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it did in a room, and its errors. */
  history(room: string): NodeHistory {
    const events = this.#events.filter((each) => each.room === undefined || each.room === room);
    const asked = this.#asked.filter((each) => each.room === room).map(({ id }) => id);
    return { name: this.name, killed: this.#wasKilled, asked, events: events.map(({ event }) => event) };
  }

  /** The heap in bytes after a collection, and the longest delay of the event loop since the node was started. */
  async resources(): Promise<{ readonly heap: number; readonly rooms: number; readonly longestDelayMs: number }> {
    const answer = this.#next("resources");
    this.send({ type: "resources" });
    return answer;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts the process, on the port that it had. */
  async start(): Promise<void> {
    const settings = JSON.stringify({ ...this.#settings, port: this.port });
    const child = fork(this.#program, [settings], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: ["--expose-gc"],
    });
    this.#child = child;
    child.on("message", (report: NodeReport) => this.#take(report));
    const ended = new Promise<never>((_, reject) => {
      child.once("exit", (code) => reject(new Error(`${this.name} ended with ${String(code)} before it listened.`)));
    });
    const { port } = await Promise.race([this.#next("listening"), ended]);
    this.port = port;
  }

  /** The members of a room, as the node lists them. */
  async peers(room: string): Promise<readonly Present[] | undefined> {
    const answer = this.#next("peers");
    this.send({ type: "peers", room });
    return (await answer).peers;
  }

  send(request: NodeRequest): void {
    this.#child?.send(request);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#wasKilled = true;
    this.#child = undefined;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  /** Resolves with the number of members that were left, when the process has ended. */
  async drain(withinMs: number): Promise<number> {
    const child = this.#child!;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const drained = this.#next("drained");
    this.send({ type: "drain", withinMs });
    const { remaining } = await drained;
    await gone;
    this.#child = undefined;
    return remaining;
  }

  async close(): Promise<void> {
    await this.kill();
    await this.redis.close();
  }

  #take(report: NodeReport): void {
    if (report.type === "outage") this.outages.push(report.message);
    else if (report.type === "asked") this.#asked.push({ room: report.room, id: report.id });
    else if (report.type === "event") this.#events.push({ room: report.room, event: report.event });
    for (const listener of [...this.#listeners]) listener(report);
  }

  #next<Type extends NodeReport["type"]>(type: Type): Promise<Extract<NodeReport, { type: Type }>> {
    return new Promise((resolve) => {
      const listener = (report: NodeReport): void => {
        if (report.type !== type) return;
        this.#listeners.delete(listener);
        resolve(report as Extract<NodeReport, { type: Type }>);
      };
      this.#listeners.add(listener);
    });
  }
}
