import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface RunningServer {
  readonly url: string;
  /** What it has printed so far. */
  printed(): string;
  stop(): Promise<void>;
}

/** Tells which port a server got, so that it may ask for any. */
const reportPort = `
import { Server } from "node:net";
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  this.once("listening", () => process.send(this.address().port));
  return listen.apply(this, args);
};
`;

/** Runs a program that listens on `process.env.PORT`, on a port that is free. Rejects with what it printed when it ends first. */
export async function runServer(folder: string, file: string): Promise<RunningServer> {
  await writeFile(join(folder, "report-port.mjs"), reportPort);
  const child = spawn(process.execPath, ["--import", "./report-port.mjs", file], {
    cwd: folder,
    env: { ...process.env, PORT: "0" },
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
