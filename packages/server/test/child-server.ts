import { fork, type ChildProcess, type ForkOptions } from "node:child_process";
import { bundleProgram } from "./bundle-program.js";

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

/** Starts a program of this folder. */
async function launch(name: string, args: readonly string[] = []) {
  const program = await bundleProgram(name);
  const options: ForkOptions = { stdio: "ignore", execArgv: ["--disable-proto=throw", "--expose-gc"] };
  return { child: fork(program.file, args, options), program };
}

/** Runs a program until it ends by itself, and resolves with its last message. */
export async function runToEnd(name: "short-lived.ts"): Promise<{ code: number | null; message: unknown }> {
  const { child, program } = await launch(name);
  let message: unknown;
  child.on("message", (value) => (message = value));
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  await program.remove();
  return { code, message };
}

/** @param args the arguments of its program */
export async function startChild<Status extends ChildStatus>(
  name:
    | "naive-relay.mjs"
    | "guarded-relay.ts"
    | "hostile/server-process.ts"
    | "memory/server-process.ts"
    | "redis/cluster-process.ts"
    | "redis/node-process.ts",
  ...args: readonly string[]
): Promise<ChildServer<Status>> {
  const { child, program } = await launch(name, args);
  const { port } = await answer<{ port: number }>(child).catch(async (cause: unknown) => {
    await program.remove();
    throw cause;
  });
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
      await program.remove();
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
