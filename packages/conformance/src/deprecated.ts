/* eslint-disable @typescript-eslint/no-deprecated -- the one file that still uses the former names */
import type { RuleResult } from "./rule-result.js";

/**
 * A result under its former names.
 * @deprecated Use `RuleResult`.
 */
export interface Finding {
  readonly rule: string;
  /** @deprecated Use `requirement`. */
  readonly sentence: string;
  readonly section: string;
  /** @deprecated Use `status`. */
  readonly verdict: "right" | "wrong" | "not judged";
  readonly expected?: string;
  /** @deprecated Use `actual`. */
  readonly came?: string;
  /** @deprecated Use `reason`. */
  readonly why?: string;
}

/** The fields of a report under their former names. The next minor version removes them. */
export interface DeprecatedReport {
  /** @deprecated Use `kind`. */
  readonly judged: "server" | "client" | "device";
  /** @deprecated Use `passed`. */
  readonly right: number;
  /** @deprecated Use `failed`. */
  readonly wrong: number;
  /** @deprecated Use `skipped`. */
  readonly notJudged: number;
  /** @deprecated Use `results`. */
  readonly findings: readonly Finding[];
}

/** Options under their former names. The next minor version removes them. */
export interface DeprecatedOptions {
  /** @deprecated Use `timeoutMs`. */
  readonly patienceMs?: number;
  /** @deprecated Use `onResult`. */
  readonly onFinding?: (finding: Finding) => void;
}

/** Former ids and families of rules, which `only` and `except` still accept. */
export const formerRuleNames: Readonly<Record<string, string>> = {
  seed: "legacy",
  refusals: "rejections",
  "leaving.taken-back": "leaving.canceled",
  "answering.seed-peer": "answering.legacy-peer",
  "vectors.refused": "vectors.rejected",
};

const verdicts = { passed: "right", failed: "wrong", skipped: "not judged" } as const;

export function toFinding(result: RuleResult): Finding {
  const { rule, requirement: sentence, section, status, expected, actual: came, reason: why } = result;
  return {
    rule,
    sentence,
    section,
    verdict: verdicts[status],
    ...(expected !== undefined && { expected }),
    ...(came !== undefined && { came }),
    ...(why !== undefined && { why }),
  };
}

export function deprecatedFields(
  judged: DeprecatedReport["judged"],
  { passed: right, failed: wrong, skipped: notJudged }: { passed: number; failed: number; skipped: number },
  results: readonly RuleResult[],
): DeprecatedReport {
  return { judged, right, wrong, notJudged, findings: results.map(toFinding) };
}
