import { chosen, type Choice } from "../choice.js";
import { judge, reportOf, type Finding, type Report } from "../report.js";
import { Actor } from "../actor.js";
import { NotJudged } from "../rule.js";
import { Lab, type ServerUnderTest } from "./lab.js";
import { serverRules } from "./rules.js";

export interface JudgeServerOptions extends Choice, Partial<Omit<ServerUnderTest, "url">> {
  /** Told of each finding as it is made. */
  readonly onFinding?: (finding: Finding) => void;
}

/** One that has gone is told so once. */
const notThere = (): never => {
  throw new NotJudged("the server cannot be reached any more");
};

/**
 * Drives a server as clients do, one rule after the other, and says what was right and wrong. Rooms and peers of its own are made for each rule.
 * `url` is that of the namespace; `patienceMs` (default 2000) is how long each answer may take.
 * @throws an Error where the server cannot be reached, or no rule is chosen
 */
export async function judgeServer(
  url: string,
  { onFinding, only, except, patienceMs = 2_000, ...server }: JudgeServerOptions = {},
): Promise<Report> {
  const rules = chosen(serverRules, { only, except });
  (await Actor.connect(url, patienceMs, server.path)).close();
  const findings: Finding[] = [];
  let isGone = false;
  for (const rule of rules) {
    const lab = new Lab({ ...server, url, patienceMs });
    const finding = await judge(isGone ? { ...rule, check: notThere } : rule, lab);
    isGone ||= lab.isUnreachable;
    lab.close();
    findings.push(finding);
    onFinding?.(finding);
  }
  return reportOf("server", url, findings);
}
