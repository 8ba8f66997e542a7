import { inspect, isDeepStrictEqual } from "node:util";

/** One sentence of the protocol, and how to see whether it is kept. */
export interface Rule<Lab> {
  /** `family.name`, unlike any other. */
  readonly id: string;
  /** What is right, said of whoever is judged: "sends `created` before …". */
  readonly sentence: string;
  /** The heading of docs/protocol.md that says so. */
  readonly section: string;
  /** Throws a `Fault` where the rule is broken, and `NotJudged` where it cannot be told. */
  check(lab: Lab): Promise<void> | void;
}

/** A rule is broken: what was expected, and what came instead. */
export class Fault extends Error {
  constructor(
    readonly expected: string,
    readonly came: string,
  ) {
    super(`expected ${expected}; came ${came}`);
  }
}

/** A rule that could not be judged, and why. */
export class NotJudged extends Error {}

export function holds(condition: boolean, expected: string, came: unknown): asserts condition {
  if (!condition) throw new Fault(expected, typeof came === "string" ? came : show(came));
}

export function same(what: string, came: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(came, expected)) throw new Fault(`${what} ${show(expected)}`, show(came));
}

/** A value as a person reads it: long texts shortened, on one line. */
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
