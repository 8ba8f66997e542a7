import { open, writeFile } from "node:fs/promises";
import { parseArguments, usage, UsageError, type Arguments } from "./arguments.js";
import { checkClient } from "./client/check-client.js";
import { checkDevice } from "./device/check-device.js";
import { formatResult, formatSummary, type Report } from "./report.js";
import type { RuleResult } from "./rule-result.js";
import { checkServer } from "./server/check-server.js";

/** Where a run prints its lines. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** Runs a command line. Resolves with the exit status: 0 all passed, 1 at least one failed, 2 not run. */
export async function main(args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const options = parseArguments(args);
    if (options.command === "help") {
      terminal.out(usage);
      return 0;
    }
    if (options.json !== undefined) await ensureWritable(options.json);
    const report = await run(options, terminal);
    terminal.out(`\n${formatSummary(report)}`);
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    return report.failed === 0 ? 0 : 1;
  } catch (error) {
    terminal.err(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError) terminal.err("See sig-conformance --help.");
    return 2;
  }
}

/** A run takes minutes: an unwritable report file has to show before it. */
async function ensureWritable(file: string): Promise<void> {
  const handle = await open(file, "a").catch((error: unknown) => {
    throw new Error(`Cannot write the report to ${file}: ${error instanceof Error ? error.message : String(error)}.`);
  });
  await handle.close();
}

function run(options: Exclude<Arguments, { command: "help" }>, terminal: Terminal): Promise<Report> {
  const onResult = (result: RuleResult): void => terminal.out(formatResult(result));
  const printInstructions = (text: string): void => terminal.out(`${text}\nThe rest runs by itself.\n`);
  switch (options.command) {
    case "server":
      return checkServer(options.url, { ...options, onResult });
    case "client":
      return checkClient({
        ...options,
        onResult,
        onReady: ({ url, room }) =>
          printInstructions(
            `Connect your client to ${url} and join the room "${room}". It has two peers, and a third that ` +
              "is away; more join and leave.",
          ),
      });
    case "device":
      return checkDevice({
        ...options,
        onResult,
        onReady: ({ url }) => printInstructions(`Connect your device to ${url}, and let it answer every viewer.`),
      });
  }
}
