import { Fault, NotJudged, type Rule } from "./rule.js";

/** What became of one rule. */
export interface Finding {
  readonly rule: string;
  readonly sentence: string;
  /** Where it is said, as a link into the protocol's document. */
  readonly section: string;
  readonly verdict: "right" | "wrong" | "not judged";
  /** Where it is wrong: what the rule asks for, and what happened. */
  readonly expected?: string;
  readonly came?: string;
  /** Where it was not judged: why. */
  readonly why?: string;
}

/** The outcome of a run. */
export interface Report {
  readonly judged: "server" | "client" | "device";
  /** Whom: the address of a server, or the room that a client joined. */
  readonly subject: string;
  readonly right: number;
  readonly wrong: number;
  readonly notJudged: number;
  readonly findings: readonly Finding[];
}

/** Checks one rule; whatever it throws that is no verdict is the fault of who is judged, since the rules stand on its answers. */
export async function judge<Lab>(rule: Rule<Lab>, lab: Lab, page = "docs/protocol.md"): Promise<Finding> {
  const { id, sentence, section } = rule;
  const about = { rule: id, sentence, section: `${page}#${section}` };
  try {
    await rule.check(lab);
    return { ...about, verdict: "right" };
  } catch (cause) {
    if (cause instanceof NotJudged) return { ...about, verdict: "not judged", why: cause.message };
    if (cause instanceof Fault) return { ...about, verdict: "wrong", expected: cause.expected, came: cause.came };
    return {
      ...about,
      verdict: "wrong",
      expected: "the exchange that this rule looks at",
      came: cause instanceof Error ? cause.message : String(cause),
    };
  }
}

export function reportOf(judged: Report["judged"], subject: string, findings: readonly Finding[]): Report {
  const count = (verdict: Finding["verdict"]): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return { judged, subject, right: count("right"), wrong: count("wrong"), notJudged: count("not judged"), findings };
}

const marks = { right: "✓", wrong: "✗", "not judged": "–" };

/** A finding as lines for a person. */
export function lineOf({ verdict, rule, sentence, section, expected, came, why }: Finding): string {
  const head = `${marks[verdict]} ${sentence} (${rule})`;
  if (verdict === "wrong")
    return `${head}\n    expected: ${expected ?? ""}\n    came:     ${came ?? ""}\n    see:      ${section}`;
  return verdict === "right" ? head : `${head}\n    not judged: ${why ?? ""}`;
}

export function summaryOf({ judged, subject, right, wrong, notJudged }: Report): string {
  const who = judged === "server" ? `The server ${subject}` : `The ${judged} in the room "${subject}"`;
  const rest = notJudged > 0 ? `, ${String(notJudged)} not judged` : "";
  return `${who}: ${String(right)} right, ${String(wrong)} wrong${rest}.`;
}
