import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** One line of a program's standard output: a JSON object. */
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

/** How long a program may take to leave. */
const stopTimeoutMs = 10_000;

/** A peer in a process of its own. */
export class PeerProgram {
  readonly reports: Report[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #command: string;
  readonly #closed: Promise<unknown>;
  readonly #listeners = new Set<() => void>();
  #stderr = "";
  #ended = false;

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#command = [command, ...args].join(" ");
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.#closed = once(this.#child, "close").finally(() => {
      this.#ended = true;
      this.#notify();
    });
    // A program that does not start is part of the error message of `waitForReport`.
    this.#closed.catch((error: unknown) => (this.#stderr += String(error)));
    this.#child.stderr.on("data", (text: Buffer) => (this.#stderr += text.toString()));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.reports.push(JSON.parse(line) as Report);
      this.#notify();
    });
  }

  /** Resolves with the first report, past or future, that matches. */
  async waitForReport(what: string, matches: (report: Report) => boolean, timeoutMs = 20_000): Promise<Report> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const found = this.reports.find(matches);
      if (found !== undefined) return found;
      const left = end - performance.now();
      if (left <= 0 || this.#ended) throw new Error(`No report of "${what}" by ${this.#command}.\n${this.#output}`);
      await this.#next(left);
    }
  }

  /** Resolves with its id once it has joined the room. */
  async joined(): Promise<string> {
    return (await this.waitForReport("joined", ({ event }) => event === "joined")).id ?? "";
  }

  /** Waits until it has received this many video frames, from one peer or from any. */
  async receivesVideo(peer?: string, count = 5): Promise<void> {
    await this.#receives("video", peer, count);
  }

  /** Waits until it has received this many audio packets, from one peer or from any. */
  async receivesAudio(peer?: string, count = 5): Promise<void> {
    await this.#receives("audio", peer, count);
  }

  async #receives(kind: "audio" | "video", peer: string | undefined, count: number): Promise<void> {
    const fits = (report: Report): boolean =>
      report.event === "received" && report.kind === kind && (peer === undefined || report.peer === peer);
    await this.waitForReport(
      `${String(count)} of ${kind} from ${peer ?? "any peer"}`,
      (report) => fits(report) && (report.count ?? 0) >= count,
    );
  }

  /** Asks it to leave and resolves with its exit status. A program that does not end is killed, and this rejects. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), stopTimeoutMs);
    await this.#closed;
    clearTimeout(timer);
    if (this.#child.signalCode === "SIGKILL")
      throw new Error(`The program did not leave: ${this.#command}\n${this.#output}`);
    return this.#child.exitCode;
  }

  /** Resolves with its exit status when it ends by itself. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** All reports but, of those that count, only the newest of each peer and kind: the others would hide the rest. */
  get #output(): string {
    const counts = new Map<string, Report>();
    for (const report of this.reports)
      if (report.event === "received") counts.set(`${report.peer ?? ""} ${report.kind ?? ""}`, report);
    const shown = [...this.reports.filter(({ event }) => event !== "received"), ...counts.values()];
    return `${shown.map((report) => JSON.stringify(report)).join("\n")}\n${this.#stderr}`;
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

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The errors and rejections that a program has reported. */
export function reportedErrors({ reports }: PeerProgram): Report[] {
  return reports.filter(({ event }) => event === "error" || event === "rejected");
}
