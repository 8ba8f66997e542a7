import { fork, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What a server in a process of its own answers. */
export interface ChildStatus {
  readonly uncaught: number;
  readonly rooms: readonly { readonly name: string; readonly peers: number }[];
  readonly polluted: boolean;
}

/** A server in a process of its own. */
export interface ChildServer<Status extends ChildStatus = ChildStatus> {
  readonly url: string;
  readonly pid: number;
  /** Whether it is still the process that was started. */
  running(): boolean;
  /** Asks the process for its status; not every server answers. */
  status(): Promise<Status>;
  /** @param signal `SIGTERM` if absent */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Starts a file of this folder; TypeScript is bundled first. */
async function launch(name: string, args: readonly string[] = []): Promise<{ child: ChildProcess; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "sig-server-test-"));
  const outfile = join(folder, "server.cjs");
  await build({
    entryPoints: [here(name)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    conditions: ["@sig/source"],
    external: ["bufferutil", "utf-8-validate"],
    logLevel: "silent",
  });
  return {
    child: fork(outfile, args, { stdio: "ignore", execArgv: ["--disable-proto=throw", "--expose-gc"] }),
    folder,
  };
}

/** Runs a program until it ends by itself, and resolves with its last message. */
export async function runToEnd(name: "short-lived.ts"): Promise<{ code: number | null; message: unknown }> {
  const { child, folder } = await launch(name);
  let message: unknown;
  child.on("message", (value) => (message = value));
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  await rm(folder, { recursive: true, force: true });
  return { code, message };
}

/** @param args the arguments of its program */
export async function startChild<Status extends ChildStatus>(
  name:
    | "naive-relay.mjs"
    | "guarded-relay.ts"
    | "hostile/server-process.ts"
    | "redis/cluster-process.ts"
    | "redis/node-process.ts",
  ...args: readonly string[]
): Promise<ChildServer<Status>> {
  const { child, folder } = await launch(name, args);
  const { port } = await answer<{ port: number }>(child);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    running: () => child.exitCode === null && child.signalCode === null,
    status: async () => {
      const answered = answer<Status>(child);
      child.send("status");
      return answered;
    },
    stop: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = new Promise((resolve) => child.once("exit", resolve));
        child.kill(signal);
        await exited;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answer<Value>(child: ChildProcess): Promise<Value> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the server ended with ${String(code)}`));
    child.once("exit", ended);
    child.once("message", (value) => {
      child.off("exit", ended);
      resolve(value as Value);
    });
  });
}
