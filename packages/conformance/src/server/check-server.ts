import type { Connect } from "../connection.js";
import { KitClient } from "../kit-client.js";
import { readOptions, type CheckOptions } from "../options.js";
import { createReport, type Report } from "../report.js";
import { selectRules } from "../rule-filter.js";
import { runRule, type RuleResult } from "../rule-result.js";
import { RuleSkipped } from "../rule.js";
import { connectBySocketIo } from "../socket-io-connection.js";
import { serverRules } from "./rules.js";
import { ServerContext, type ServerSettings } from "./server-context.js";

/** A server that is reached otherwise than by a URL, such as one in memory. */
export interface ServerTarget {
  /** What the report calls it. */
  readonly name: string;
  /** Opens one more connection to it. */
  readonly connect: Connect;
}

/** Options of `checkServer`. */
export interface CheckServerOptions extends CheckOptions, ServerSettings {
  /** Where the server mounts Socket.IO; default `/socket.io/`. */
  readonly path?: string;
}

const unreachable = (): never => {
  throw new RuleSkipped("the server is no longer reachable");
};

/**
 * Connects to a server as clients do, and checks it against the protocol, one rule after the other. Each rule makes
 * rooms and peers of its own.
 * @param target the URL of the Socket.IO namespace, or a way to connect
 * @throws Error if the server cannot be reached, or no rule is selected
 */
export async function checkServer(
  target: string | ServerTarget,
  { path, token, devicePath, graceSeconds, ...options }: CheckServerOptions = {},
): Promise<Report> {
  const { timeoutMs, notify } = readOptions(options, 2_000);
  const rules = selectRules(serverRules, options);
  const { name, connect } =
    typeof target === "string" ? { name: target, connect: connectBySocketIo(target, path) } : target;
  (await KitClient.connect(connect, timeoutMs)).close();
  const url = typeof target === "string" ? target : undefined;
  const results: RuleResult[] = [];
  let isGone = false;
  for (const rule of rules) {
    const context = new ServerContext(connect, { url, token, devicePath, graceSeconds, timeoutMs });
    const result = await runRule(isGone ? { ...rule, check: unreachable } : rule, context);
    isGone ||= context.isUnreachable;
    context.close();
    results.push(result);
    notify(result);
  }
  return createReport("server", name, results);
}
