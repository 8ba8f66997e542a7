import { parseArgs } from "node:util";
import type { Choice } from "./choice.js";

export const usage = `Says sentence by sentence whether a server or a client speaks the sig signaling protocol.

  sig-conformance server URL [options]   drives the server at URL as clients do

  --namespace NAME    the Socket.IO namespace (default /)
  --token TEXT        the token that the server wants with each join
  --grace SECONDS     the server's grace time, to see a lost member leave; without it that is not judged
  --patience MS       how long an answer may take (default 2000)
  --only A,B          these rules or families of rules and no others, as "seed" or "joining.first"
  --except A,B        all but these
  --json FILE         writes the report as JSON, too

Exit status: 0 all right, 1 something is wrong, 2 it could not be run.`;

/** A command line that cannot be understood. */
export class Misused extends Error {}

interface Run extends Choice {
  readonly json?: string | undefined;
  readonly patienceMs?: number;
}

export type Arguments = ({ command: "help" } & { json?: undefined; url: "" }) | ({ command: "server"; url: string; token?: string; graceSeconds?: number } & Run);

/** @throws Misused */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [command, url, ...rest] = positionals;
  if (values.help === true || (command === undefined && args.length === 0)) return { command: "help", url: "" };
  if (command !== "server") throw new Misused(command === undefined ? "Say what is to be judged." : `"${command}" is nothing that can be judged.`);
  if (url === undefined || rest.length > 0) throw new Misused("Say the address of one server.");
  return {
    command,
    url: addressOf(url, values.namespace),
    ...(values.token !== undefined && { token: values.token }),
    ...(values.grace !== undefined && { graceSeconds: numberOf("--grace", values.grace) }),
    ...(values.patience !== undefined && { patienceMs: numberOf("--patience", values.patience) }),
    ...(values.only !== undefined && { only: values.only.split(",") }),
    ...(values.except !== undefined && { except: values.except.split(",") }),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { namespace: text, token: text, grace: text, patience: text, only: text, except: text, json: text, help: { type: "boolean", short: "h" } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new Misused(cause instanceof Error ? cause.message : String(cause));
  }
}

function addressOf(url: string, namespace = "/"): string {
  if (!URL.canParse(url) || !/^(https?|wss?):$/.test(new URL(url).protocol)) throw new Misused(`"${url}" is no address of a server: http://, https://, ws:// or wss:// with a host.`);
  return new URL(namespace, url).href;
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new Misused(`${option} wants a number above 0.`);
  return number;
}
