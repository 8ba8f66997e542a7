import { deprecatedFields, type DeprecatedReport } from "./deprecated.js";
import type { RuleResult } from "./rule-result.js";

/** The outcome of a run. */
export interface Report extends DeprecatedReport {
  readonly kind: "server" | "client" | "device";
  /** The address of the server, or the room that the client or the device joined. */
  readonly subject: string;
  /** How many rules passed, failed and were skipped. */
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One result for each rule, in the order of the run. */
  readonly results: readonly RuleResult[];
}

export function createReport(kind: Report["kind"], subject: string, results: readonly RuleResult[]): Report {
  const count = (status: RuleResult["status"]): number => results.filter((result) => result.status === status).length;
  const totals = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  return { kind, subject, ...totals, results, ...deprecatedFields(kind, totals, results) };
}

const marks = { passed: "✓", failed: "✗", skipped: "–" };

/** A result as lines of text. */
export function formatResult({ status, rule, requirement, section, expected, actual, reason }: RuleResult): string {
  const head = `${marks[status]} ${requirement} (${rule})`;
  if (status === "failed")
    return `${head}\n    expected: ${expected ?? ""}\n    actual:   ${actual ?? ""}\n    see:      ${section}`;
  return status === "passed" ? head : `${head}\n    skipped: ${reason ?? ""}`;
}

export function formatSummary({ kind, subject, passed, failed, skipped }: Report): string {
  const name = kind === "server" ? `The server ${subject}` : `The ${kind} in the room "${subject}"`;
  const rest = skipped > 0 ? `, ${String(skipped)} skipped` : "";
  return `${name}: ${String(passed)} passed, ${String(failed)} failed${rest}.`;
}
