import { writeFile } from "node:fs/promises";
import { Misused, readArguments, usage } from "./arguments.js";
import { lineOf, summaryOf, type Finding, type Report } from "./report.js";
import { judgeServer } from "./server/judge-server.js";

/** Where a run says what it found, line by line. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** Runs a command line. Gives the exit status: 0 all right, 1 something wrong, 2 not run. */
export async function main(args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const { command, json, ...options } = readArguments(args);
    if (command === "help") {
      terminal.out(usage);
      return 0;
    }
    const onFinding = (finding: Finding): void => terminal.out(lineOf(finding));
    const report = await judgeServer(options.url, { ...options, onFinding });
    terminal.out(`\n${summaryOf(report)}`);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
    return statusOf(report);
  } catch (cause) {
    terminal.err(cause instanceof Error ? cause.message : String(cause));
    if (cause instanceof Misused) terminal.err(`\n${usage}`);
    return 2;
  }
}

const statusOf = ({ wrong }: Report): 0 | 1 => (wrong === 0 ? 0 : 1);
