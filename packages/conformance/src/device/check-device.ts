import type { CheckClientOptions } from "../client/check-client.js";
import { readOptions } from "../options.js";
import { createReport, type Report } from "../report.js";
import { selectRules } from "../rule-filter.js";
import { runRule, type RuleResult } from "../rule-result.js";
import { DeviceContext } from "./device-context.js";
import { DeviceLog } from "./device-log.js";
import { KitGateway } from "./kit-gateway.js";
import { deviceRules } from "./rules.js";

/**
 * Runs a device gateway, and checks a device that connects to it by a plain WebSocket. `onReady` gets the address with
 * the room in it.
 * @throws Error if the port is in use, or no rule is selected
 */
export async function checkDevice({
  port = 0,
  room = "conformance",
  waitMs = 120_000,
  onReady,
  only,
  except,
  ...options
}: CheckClientOptions = {}): Promise<Report> {
  const { timeoutMs, notify } = readOptions(options, 10_000);
  const rules = selectRules(deviceRules, { except, only: only && ["device.connects", ...only] });
  const log = new DeviceLog();
  const gateway = await KitGateway.start(port, log);
  const context = new DeviceContext({ log, signalingUrl: gateway.signalingUrl, room, waitMs, timeoutMs });
  const results: RuleResult[] = [];
  try {
    onReady?.({ url: `ws://localhost:${String(gateway.port)}/device?room=${encodeURIComponent(room)}`, room });
    for (const rule of rules) {
      const result = await runRule(rule, context, "docs/write-a-client.md");
      results.push(result);
      notify(result);
    }
  } finally {
    context.close();
    await gateway.close();
  }
  return createReport("device", room, results);
}
