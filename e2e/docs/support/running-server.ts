import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface RunningServer {
  readonly url: string;
  /** Everything it has printed. */
  printed(): string;
  stop(): Promise<void>;
}

/** Lets a server listen on a free port, whatever port it names, and reports that port. */
const reportPort = `
import { Server } from "node:net";
const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...args) {
  this.once("listening", () => process.send(this.address().port));
  return listen.call(this, 0, ...args);
};
`;

/** Runs a program that listens, on a free port. Rejects with its output if it ends before it listens. */
export async function runServer(
  folder: string,
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  await writeFile(join(folder, "report-port.mjs"), reportPort);
  const child = spawn(process.execPath, ["--import", "./report-port.mjs", file], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  child.stdout?.on("data", (text: Buffer) => (printed += text.toString()));
  child.stderr?.on("data", (text: Buffer) => (printed += text.toString()));
  const ended = once(child, "exit");
  const port = await Promise.race([
    once(child, "message").then(([message]) => Number(message)),
    ended.then(() => Promise.reject(new Error(`${file} ended before it listened:\n${printed}`))),
  ]);
  return {
    url: `http://localhost:${port}`,
    printed: () => printed,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
