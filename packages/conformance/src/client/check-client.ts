import { readOptions, type CheckOptions } from "../options.js";
import { createReport, type Report } from "../report.js";
import { selectRules } from "../rule-filter.js";
import { runRule, type RuleResult } from "../rule-result.js";
import { ClientContext } from "./client-context.js";
import { KitServer } from "./kit-server.js";
import { clientRules } from "./rules.js";

/** Options of `checkClient` and `checkDevice`. */
export interface CheckClientOptions extends CheckOptions {
  /** Where the kit listens; default 0, any free port. */
  readonly port?: number;
  /** The room that the client has to join; default `conformance`. */
  readonly room?: string;
  /** How long the client may take to connect, in milliseconds; default 120,000. */
  readonly waitMs?: number;
  /** Called once the kit listens and the client may connect. */
  readonly onReady?: (where: { url: string; room: string }) => void;
}

/**
 * Runs a server with peers in a room, and checks a client that joins it.
 * @throws Error if the port is in use, or no rule is selected
 */
export async function checkClient({
  port = 0,
  room = "conformance",
  waitMs = 120_000,
  onReady,
  only,
  except,
  ...options
}: CheckClientOptions = {}): Promise<Report> {
  const { timeoutMs, notify } = readOptions(options, 10_000);
  // Nothing can be checked of a client that has not joined.
  const rules = selectRules(clientRules, { except, only: only && ["joining.joins", ...only] });
  const server = await KitServer.start(port, room, timeoutMs);
  const context = new ClientContext(server, room, waitMs);
  const results: RuleResult[] = [];
  try {
    await context.prepare();
    onReady?.({ url: server.url, room });
    for (const rule of rules) {
      const result = await runRule(rule, context);
      results.push(result);
      notify(result);
    }
  } finally {
    context.close();
    await server.close();
  }
  return createReport("client", room, results);
}
