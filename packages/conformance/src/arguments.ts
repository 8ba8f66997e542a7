import { parseArgs } from "node:util";
import type { RuleFilter } from "./rule-filter.js";

export const usage = `Checks a server, a client or a device against the sig signaling protocol, rule by rule.

  sig-conformance server URL [options]   connects to the server at URL as clients do
    --path PATH         where the server mounts Socket.IO (default /socket.io/)
    --namespace NAME    the Socket.IO namespace (default /)
    --token TEXT        the token that the server expects with each join
    --device PATH       the path of the server's device gateway; without it, its rules are skipped
    --grace SECONDS     the server's grace time; without it, the rule about lost members is skipped

  sig-conformance client [options]       runs a server with peers in a room, for your client to join
    --port PORT         where it listens (default 4848; 0: any free port)
    --room NAME         the room to join (default conformance)
    --wait SECONDS      how long the client may take to connect (default 120)

  sig-conformance device [options]       does the same for a device that speaks JSON over a plain WebSocket

  with every command
    --timeout MS        how long an answer may take (default 2000 for a server, 10000 for the others)
    --only A,B          check only these rules or families of rules, such as "legacy" or "joining.first"
    --except A,B        check all rules but these
    --json FILE         also write the report as JSON

Exit status: 0 all rules passed, 1 at least one failed, 2 the run could not start or was stopped.`;

/** An invalid command line. The message is for the user. */
export class UsageError extends Error {}

interface CommonArguments extends RuleFilter {
  readonly json?: string | undefined;
  readonly timeoutMs?: number;
}

export type Arguments =
  | { command: "help"; json?: undefined }
  | ({
      command: "server";
      url: string;
      path?: string;
      token?: string;
      devicePath?: string;
      graceSeconds?: number;
    } & CommonArguments)
  | ({ command: "client" | "device"; port: number; room?: string; waitMs?: number } & CommonArguments);

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help === true || args.length === 0) return { command: "help" };
  if (command !== "server" && command !== "client" && command !== "device")
    throw new UsageError(
      command === undefined
        ? "Missing command. Commands: server, client, device."
        : `Unknown command "${command}". Commands: server, client, device.`,
    );
  for (const name of Object.keys(values))
    if (!(name in commonOptions) && !(name in commandOptions[command]))
      throw new UsageError(`--${name} is not an option of "${command}".`);
  const timeout = values.timeout ?? values.patience;
  const common: CommonArguments = {
    json: values.json,
    ...(timeout !== undefined && { timeoutMs: positiveNumber("--timeout", timeout) }),
    ...(values.only !== undefined && { only: values.only.split(",") }),
    ...(values.except !== undefined && { except: values.except.split(",") }),
  };
  switch (command) {
    case "server": {
      const [url] = rest;
      if (url === undefined || rest.length > 1) throw new UsageError(`"server" takes one address.`);
      const grace = values.grace === undefined ? {} : { graceSeconds: positiveNumber("--grace", values.grace) };
      return {
        ...common,
        command,
        url: namespaceUrl(url, values.namespace),
        ...(values.path !== undefined && { path: values.path }),
        ...(values.token !== undefined && { token: values.token }),
        ...(values.device !== undefined && { devicePath: values.device }),
        ...grace,
      };
    }
    case "client":
    case "device": {
      if (rest.length > 0) throw new UsageError(`"${command}" takes no address: the ${command} connects to the kit.`);
      const wait = values.wait === undefined ? {} : { waitMs: positiveNumber("--wait", values.wait) * 1000 };
      return {
        ...common,
        command,
        port: portNumber(values.port),
        ...(values.room !== undefined && { room: values.room }),
        ...wait,
      };
    }
  }
}

const text = { type: "string" } as const;
const clientOptions = { port: text, room: text, wait: text };
const commandOptions = {
  server: { path: text, namespace: text, token: text, device: text, grace: text },
  client: clientOptions,
  device: clientOptions,
};
const commonOptions = {
  timeout: text,
  // The former name of `--timeout`, accepted until the next minor version.
  patience: text,
  only: text,
  except: text,
  json: text,
  help: { type: "boolean", short: "h" },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...commandOptions.server, ...clientOptions, ...commonOptions },
      allowPositionals: true,
    });
  } catch (error) {
    // The first sentence of Node's message names the mistake; the rest is about arguments that begin with a dash.
    const [sentence] = /^[^.\n]+/.exec(error instanceof Error ? error.message : String(error)) ?? [];
    throw new UsageError(`${sentence ?? "Invalid command line"}.`);
  }
}

function namespaceUrl(url: string, namespace = "/"): string {
  if (!URL.canParse(url) || !/^(https?|wss?):$/.test(new URL(url).protocol))
    throw new UsageError(`Invalid server address "${url}". Expected http://, https://, ws:// or wss:// with a host.`);
  const { pathname, search, hash } = new URL(url);
  const rest = `${pathname}${search}${hash}`;
  if (rest !== "/")
    throw new UsageError(
      `The server address must not contain "${rest}". Use --path for the path of Socket.IO and --namespace ` +
        "for the namespace.",
    );
  return new URL(namespace, url).href;
}

function positiveNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0)
    throw new UsageError(`Invalid ${option} "${text}". Expected a number above 0.`);
  return number;
}

function portNumber(text = "4848"): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`Invalid --port "${text}". Expected a number from 0 to 65535.`);
  return port;
}
