import { chosen } from "../choice.js";
import type { JudgeClientOptions } from "../client/judge-client.js";
import { judge, reportOf, type Finding, type Report } from "../report.js";
import { DeviceLog } from "./device-log.js";
import { DeviceHost } from "./host.js";
import { deviceRules } from "./rules.js";
import { DeviceStage } from "./stage.js";

/** As `judgeClient`, for a device that speaks JSON over a plain WebSocket. The address that `onReady` is told has the room in it. */
export async function judgeDevice({
  port = 0,
  room = "conformance",
  waitMs = 120_000,
  patienceMs = 10_000,
  onReady,
  onFinding,
  ...choice
}: JudgeClientOptions = {}): Promise<Report> {
  const rules = chosen(
    deviceRules,
    choice.only === undefined ? choice : { ...choice, only: ["device.connects", ...choice.only] },
  );
  const log = new DeviceLog();
  const host = await DeviceHost.start(port, log);
  const stage = new DeviceStage({ log, signalingUrl: host.signalingUrl, room, waitMs, patienceMs });
  const findings: Finding[] = [];
  try {
    onReady?.({ url: `ws://localhost:${String(host.port)}/device?room=${encodeURIComponent(room)}`, room });
    for (const rule of rules) {
      const finding = await judge(rule, stage, "docs/write-a-client.md");
      findings.push(finding);
      onFinding?.(finding);
    }
  } finally {
    stage.close();
    await host.close();
  }
  return reportOf("device", room, findings);
}
