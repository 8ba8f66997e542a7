import { RuleSkipped, RuleViolation, type Rule } from "./rule.js";

/** The result of one rule. */
export interface RuleResult {
  /** The id of the rule, `family.name`. */
  readonly rule: string;
  /** What the rule requires, as a predicate: "sends `created` before …". */
  readonly requirement: string;
  /** The section that states the requirement, as a link into the documents of the project. */
  readonly section: string;
  readonly status: "passed" | "failed" | "skipped";
  /** Of a failed rule: the behavior that it requires. */
  readonly expected?: string;
  /** Of a failed rule: the behavior that the kit saw. */
  readonly actual?: string;
  /** Of a skipped rule: why it could not be checked. */
  readonly reason?: string;
}

/** Checks one rule. An unexpected error counts as a failure: rules rely on the answers of what they check. */
export async function runRule<Context>(
  rule: Rule<Context>,
  context: Context,
  page = "docs/protocol.md",
): Promise<RuleResult> {
  const { id, requirement, section } = rule;
  const about = { rule: id, requirement, section: `${page}#${section}` };
  try {
    await rule.check(context);
    return { ...about, status: "passed" };
  } catch (error) {
    if (error instanceof RuleSkipped) return { ...about, status: "skipped", reason: error.message };
    if (error instanceof RuleViolation)
      return { ...about, status: "failed", expected: error.expected, actual: error.actual };
    return {
      ...about,
      status: "failed",
      expected: "the exchange that this rule checks",
      actual: error instanceof Error ? error.message : String(error),
    };
  }
}
