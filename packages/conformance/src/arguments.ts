import { parseArgs } from "node:util";
import type { Choice } from "./choice.js";

export const usage = `Says sentence by sentence whether a server or a client speaks the sig signaling protocol.

  sig-conformance server URL [options]   drives the server at URL as clients do
    --path PATH         where Socket.IO is on it (default /socket.io/)
    --namespace NAME    the Socket.IO namespace (default /)
    --token TEXT        the token that the server wants with each join
    --device PATH       the path of its gateway for devices; without it that is not judged
    --grace SECONDS     the server's grace time, to see a lost member leave; without it that is not judged

  sig-conformance client [options]       is a server with peers in a room, for the client to join
    --port PORT         where it listens (default 4848; 0: any)
    --room NAME         the room to join (default conformance)
    --wait SECONDS      how long the client may take to come (default 120)

  sig-conformance device [options]       the same for a device that speaks JSON over a plain WebSocket

  with all
    --patience MS       how long an answer may take (default 2000 for a server, 10000 for the others)
    --only A,B          these rules or families of rules and no others, as "seed" or "joining.first"
    --except A,B        all but these
    --json FILE         writes the report as JSON, too

Exit status: 0 all right, 1 something is wrong, 2 it could not be run, or was stopped.`;

/** A command line that cannot be understood. Its message is a sentence for a person. */
export class Misused extends Error {}

interface Run extends Choice {
  readonly json?: string | undefined;
  readonly patienceMs?: number;
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
    } & Run)
  | ({ command: "client" | "device"; port: number; room?: string; waitMs?: number } & Run);

/** @throws Misused */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help === true || args.length === 0) return { command: "help" };
  if (command !== "server" && command !== "client" && command !== "device")
    throw new Misused(
      command === undefined ? "Say what is to be judged." : `"${command}" is nothing that can be judged.`,
    );
  for (const name of Object.keys(values))
    if (!(name in everywhere) && !(name in own[command])) throw new Misused(`--${name} is not for a ${command}.`);
  const run: Run = {
    json: values.json,
    ...(values.patience !== undefined && { patienceMs: numberOf("--patience", values.patience) }),
    ...(values.only !== undefined && { only: values.only.split(",") }),
    ...(values.except !== undefined && { except: values.except.split(",") }),
  };
  switch (command) {
    case "server": {
      const [url] = rest;
      if (url === undefined || rest.length > 1) throw new Misused("Say the address of one server.");
      const grace = values.grace === undefined ? {} : { graceSeconds: numberOf("--grace", values.grace) };
      return {
        ...run,
        command,
        url: addressOf(url, values.namespace),
        ...(values.path !== undefined && { path: values.path }),
        ...(values.token !== undefined && { token: values.token }),
        ...(values.device !== undefined && { devicePath: values.device }),
        ...grace,
      };
    }
    case "client":
    case "device": {
      if (rest.length > 0) throw new Misused(`A ${command} comes by itself: its address is not said.`);
      const wait = values.wait === undefined ? {} : { waitMs: numberOf("--wait", values.wait) * 1000 };
      return {
        ...run,
        command,
        port: portOf(values.port),
        ...(values.room !== undefined && { room: values.room }),
        ...wait,
      };
    }
  }
}

const text = { type: "string" } as const;
const guests = { port: text, room: text, wait: text };
/** The options that are for one kind of who is judged, and those that are for all. */
const own = {
  server: { path: text, namespace: text, token: text, device: text, grace: text },
  client: guests,
  device: guests,
};
const everywhere = {
  patience: text,
  only: text,
  except: text,
  json: text,
  help: { type: "boolean", short: "h" },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...own.server, ...guests, ...everywhere }, allowPositionals: true });
  } catch (cause) {
    // Its first sentence says what is wrong; the others are about writing arguments that begin with a dash.
    const [sentence] = /^[^.\n]+/.exec(cause instanceof Error ? cause.message : String(cause)) ?? [];
    throw new Misused(`${sentence ?? "The command line cannot be read"}.`);
  }
}

function addressOf(url: string, namespace = "/"): string {
  if (!URL.canParse(url) || !/^(https?|wss?):$/.test(new URL(url).protocol))
    throw new Misused(`"${url}" is no address of a server: http://, https://, ws:// or wss:// with a host.`);
  const { pathname, search, hash } = new URL(url);
  const rest = `${pathname}${search}${hash}`;
  if (rest !== "/")
    throw new Misused(
      `"${rest}" is more than the address of a server: --path says where Socket.IO is on it, --namespace which namespace.`,
    );
  return new URL(namespace, url).href;
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new Misused(`${option} wants a number above 0.`);
  return number;
}

function portOf(text = "4848"): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Misused("--port wants a number from 0 to 65535.");
  return port;
}
