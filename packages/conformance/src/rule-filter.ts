import { formerRuleNames } from "./deprecated.js";
import type { Rule } from "./rule.js";

/** Selects rules by id, or by family: the part of the id before the dot. */
export interface RuleFilter {
  /** Only these. Absent: all. */
  readonly only?: readonly string[] | undefined;
  /** All but these. */
  readonly except?: readonly string[] | undefined;
}

/** @throws Error if a name matches no rule, or no rule is left */
export function selectRules<Context>(rules: readonly Rule<Context>[], filter: RuleFilter): readonly Rule<Context>[] {
  const [only, except] = [filter.only?.map(currentName), (filter.except ?? []).map(currentName)];
  for (const name of [...(only ?? []), ...except])
    if (!rules.some((rule) => matches(name, rule))) throw new Error(`Unknown rule or family "${name}".`);
  const selected = rules.filter(
    (rule) => (only?.some((name) => matches(name, rule)) ?? true) && !except.some((name) => matches(name, rule)),
  );
  if (selected.length === 0) throw new Error("The filter leaves no rule to check.");
  return selected;
}

function matches(name: string, { id }: { readonly id: string }): boolean {
  return id === name || id.startsWith(`${name}.`);
}

function currentName(name: string): string {
  const [family = "", ...rest] = name.split(".");
  return formerRuleNames[name] ?? [formerRuleNames[family] ?? family, ...rest].join(".");
}
