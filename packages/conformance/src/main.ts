import { open, writeFile } from "node:fs/promises";
import { Misused, readArguments, usage, type Arguments } from "./arguments.js";
import { judgeDevice } from "./device/judge-device.js";
import { lineOf, summaryOf, type Finding, type Report } from "./report.js";
import { judgeClient } from "./client/judge-client.js";
import { judgeServer } from "./server/judge-server.js";

/** Where a run says what it found, line by line. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** Runs a command line. Gives the exit status: 0 all right, 1 something wrong, 2 not run. */
export async function main(args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const options = readArguments(args);
    if (options.command === "help") {
      terminal.out(usage);
      return 0;
    }
    if (options.json !== undefined) await makeSure(options.json);
    const report = await run(options, terminal);
    terminal.out(`\n${summaryOf(report)}`);
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    return statusOf(report);
  } catch (cause) {
    terminal.err(cause instanceof Error ? cause.message : String(cause));
    if (cause instanceof Misused) terminal.err("sig-conformance --help says what can be said.");
    return 2;
  }
}

/** That the report can be written is known before minutes have been spent on it. */
async function makeSure(file: string): Promise<void> {
  const handle = await open(file, "a").catch((cause: unknown) => {
    throw new Error(
      `The report cannot be written to ${file}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    );
  });
  await handle.close();
}

function run(options: Exclude<Arguments, { command: "help" }>, terminal: Terminal): Promise<Report> {
  const onFinding = (finding: Finding): void => terminal.out(lineOf(finding));
  const invite = (what: string): void => terminal.out(`${what}\nNobody need do anything more.\n`);
  switch (options.command) {
    case "server":
      return judgeServer(options.url, { ...options, onFinding });
    case "client":
      return judgeClient({
        ...options,
        onFinding,
        onReady: ({ url, room }) =>
          invite(
            `Let your client connect to ${url} and join the room "${room}". Two peers are in it, and one that is away; more come and go.`,
          ),
      });
    case "device":
      return judgeDevice({
        ...options,
        onFinding,
        onReady: ({ url }) => invite(`Let your device connect to ${url} and answer who wants to see it.`),
      });
  }
}

const statusOf = ({ wrong }: Report): 0 | 1 => (wrong === 0 ? 0 : 1);
