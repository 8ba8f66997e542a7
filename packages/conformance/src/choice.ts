import type { Rule } from "./rule.js";

/** Which rules are judged, by their ids or by the part of them before the dot. */
export interface Choice {
  /** These and no others. Absent: all. */
  readonly only?: readonly string[] | undefined;
  /** All but these. */
  readonly except?: readonly string[] | undefined;
}

/** @throws an Error where a name means no rule, or nothing is left to judge */
export function chosen<Lab>(rules: readonly Rule<Lab>[], { only, except = [] }: Choice): readonly Rule<Lab>[] {
  const means =
    (name: string) =>
    ({ id }: { id: string }) =>
      id === name || id.startsWith(`${name}.`);
  for (const name of [...(only ?? []), ...except])
    if (!rules.some(means(name))) throw new Error(`There is no rule and no family "${name}".`);
  const left = rules.filter(
    (rule) => (only?.some((name) => means(name)(rule)) ?? true) && !except.some((name) => means(name)(rule)),
  );
  if (left.length === 0) throw new Error("No rule is left to be judged.");
  return left;
}
