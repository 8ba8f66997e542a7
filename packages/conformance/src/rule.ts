import { inspect, isDeepStrictEqual } from "node:util";

/** One requirement of the protocol, and how to check it. */
export interface Rule<Context> {
  /** `family.name`, unique among the rules of one kind. */
  readonly id: string;
  /** What a correct implementation does, without its subject: "sends `created` before …". */
  readonly requirement: string;
  /** The heading in the protocol's document that states the requirement. */
  readonly section: string;
  /** Throws `RuleViolation` if the rule is broken, and `RuleSkipped` if it cannot be checked. */
  check(context: Context): Promise<void> | void;
}

/** A rule is broken: the expected and the actual behavior. */
export class RuleViolation extends Error {
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`expected ${expected}; got ${actual}`);
  }
}

/** A rule that could not be checked. The message is the reason. */
export class RuleSkipped extends Error {}

export function assertThat(condition: boolean, expected: string, actual: unknown): asserts condition {
  if (!condition) throw new RuleViolation(expected, typeof actual === "string" ? actual : show(actual));
}

export function assertEqual(what: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) throw new RuleViolation(`${what} ${show(expected)}`, show(actual));
}

/** A value on one line for a report, with long strings shortened. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = inspect(value, {
    breakLength: Infinity,
    compact: true,
    maxStringLength: 160,
    maxArrayLength: 10,
    depth: 6,
  });
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
