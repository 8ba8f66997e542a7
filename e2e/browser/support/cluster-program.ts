import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { root } from "../../../scripts/lib/paths.mjs";

/** The example of several nodes, started as its README does, on a free port. */
export class ClusterProgram {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** It builds what has changed. */
  static async start(): Promise<ClusterProgram> {
    // A group of its own: npm passes no signal on to what it runs.
    const options = { cwd: root, env: { ...process.env, PORT: "0" }, detached: true } as const;
    const child = spawn("npm", ["run", "start:cluster"], { ...options, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (text: Buffer) => {
        printed += text.toString();
        const [address] = /^http:\/\/\S+$/m.exec(printed) ?? [];
        if (address !== undefined) resolve(address);
      });
      child.once("exit", (code) => reject(new Error(`The example ended with ${String(code)}:\n${printed}`)));
    });
    return new ClusterProgram(child, url);
  }

  async close(): Promise<void> {
    const { pid, exitCode } = this.#process;
    if (pid === undefined || exitCode !== null) return;
    const ended = once(this.#process, "close");
    process.kill(-pid, "SIGTERM");
    await ended;
  }
}
