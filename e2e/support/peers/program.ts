import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** What every one of the peers here says of itself on its standard output, one JSON object a line. */
export interface Report {
  readonly event: string;
  readonly id?: string;
  readonly peer?: string;
  readonly state?: string;
  readonly kind?: string;
  readonly label?: string;
  readonly count?: number;
  readonly text?: string;
}

/** How long a program may take to say goodbye. */
const patienceMs = 10_000;

/** A peer in a process of its own. */
export class PeerProgram {
  readonly reports: Report[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #command: string;
  readonly #closed: Promise<unknown>;
  readonly #listeners = new Set<() => void>();
  #printed = "";
  #ended = false;
  #killed = false;

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#command = [command, ...args].join(" ");
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.#closed = once(this.#child, "close").finally(() => {
      this.#ended = true;
      this.#tell();
    });
    // Whoever waits for a report hears of a program that could not be started.
    this.#closed.catch((error: unknown) => (this.#printed += String(error)));
    this.#child.stderr.on("data", (text: Buffer) => (this.#printed += text.toString()));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.reports.push(JSON.parse(line) as Report);
      this.#tell();
    });
  }

  /** Resolves with the first report, of those that were and those that come, for which it holds. */
  async says(what: string, holds: (report: Report) => boolean, timeoutMs = 20_000): Promise<Report> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const found = this.reports.find(holds);
      if (found !== undefined) return found;
      const left = end - performance.now();
      if (left <= 0 || this.#ended)
        throw new Error(`Waited in vain for "${what}" of ${this.#command}.\n${this.#account}`);
      await this.#next(left);
    }
  }

  /** Its id in the room, once it is in it. */
  async joined(): Promise<string> {
    return (await this.says("joined", ({ event }) => event === "joined")).id ?? "";
  }

  /** Waits until it has got so many pictures of a peer, or of anybody. */
  async sees(peer?: string, count = 5): Promise<void> {
    await this.#receives("video", peer, count);
  }

  /** The same for packets of sound. */
  async hears(peer?: string, count = 5): Promise<void> {
    await this.#receives("audio", peer, count);
  }

  async #receives(kind: "audio" | "video", peer: string | undefined, count: number): Promise<void> {
    const fits = (report: Report): boolean =>
      report.event === "received" && report.kind === kind && (peer === undefined || report.peer === peer);
    await this.says(
      `${String(count)} of ${kind} from ${peer ?? "anybody"}`,
      (report) => fits(report) && (report.count ?? 0) >= count,
    );
  }

  /** Asks it to leave; resolves with its exit status. Rejects where it does not, which ends it. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), patienceMs);
    await this.#closed;
    clearTimeout(impatience);
    if (this.#child.signalCode === "SIGKILL" && !this.#killed)
      throw new Error(`It did not leave: ${this.#command}\n${this.#account}`);
    return this.#child.exitCode;
  }

  /** Resolves with its exit status when it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  /** As if its power were cut. */
  async kill(): Promise<void> {
    this.#killed = true;
    this.#child.kill("SIGKILL");
    await this.#closed;
  }

  /** What it has printed on its standard error. */
  get printed(): string {
    return this.#printed;
  }

  get #account(): string {
    return `${this.reports.map((report) => JSON.stringify(report)).join("\n")}\n${this.#printed}`;
  }

  #next(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#listeners.add(done);
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** What a program says went wrong. */
export function complaints({ reports }: PeerProgram): Report[] {
  return reports.filter(({ event }) => event === "error" || event === "rejected");
}
