import { chosen, type Choice } from "../choice.js";
import { judge, reportOf, type Finding, type Report } from "../report.js";
import { Host } from "./host.js";
import { clientRules } from "./rules.js";
import { Stage } from "./stage.js";

export interface JudgeClientOptions extends Choice {
  /** Where the kit listens; default 0: any port. */
  readonly port?: number;
  /** The room that the client has to join; default `conformance`. */
  readonly room?: string;
  /** How long the client may take to come, in milliseconds; default two minutes. */
  readonly waitMs?: number;
  /** How long each of its answers may take, in milliseconds; default 10000. */
  readonly patienceMs?: number;
  /** Told once the kit listens: now the client may come. */
  readonly onReady?: (where: { url: string; room: string }) => void;
  /** Told of each finding as it is made. */
  readonly onFinding?: (finding: Finding) => void;
}

/**
 * Is a server with peers in a room, and says what a client that joins it does right and wrong.
 * @throws an Error where the port is taken, or no rule is chosen
 */
export async function judgeClient({
  port = 0,
  room = "conformance",
  waitMs = 120_000,
  patienceMs = 10_000,
  onReady,
  onFinding,
  ...choice
}: JudgeClientOptions = {}): Promise<Report> {
  // A client that is not there can be judged in nothing.
  const rules = chosen(
    clientRules,
    choice.only === undefined ? choice : { ...choice, only: ["joining.joins", ...choice.only] },
  );
  const host = await Host.start(port, room, patienceMs);
  const stage = new Stage(host, room, waitMs);
  const findings: Finding[] = [];
  try {
    await stage.set();
    onReady?.({ url: host.url, room });
    for (const rule of rules) {
      const finding = await judge(rule, stage);
      findings.push(finding);
      onFinding?.(finding);
    }
  } finally {
    stage.close();
    await host.close();
  }
  return reportOf("client", room, findings);
}
