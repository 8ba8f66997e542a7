import { run } from "../../../scripts/lib/run.mjs";

/** Runs a command that has to succeed, and returns what it printed. */
export async function succeed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { ok, status, output } = await run(command, args, { cwd });
  if (!ok) throw new Error(`${command} ${args.join(" ")} ended with status ${status}:\n${output}`);
  return output;
}
