import * as z from "zod/mini";

/** What is wrong with a value: a hint that says what it must be, or the length that it exceeds. */
type Problem = string | number | undefined;

/**
 * A field that is judged as one value. All fields of the protocol are made from this: zod's own strings, checks and
 * enums would say the same, and add three kilobytes to every web page.
 */
export function field<Value>(judge: (value: unknown) => Problem): z.ZodMiniType<Value, Value> {
  const schema = z.unknown().check(({ value: input, issues }) => {
    // Only a field that is optional may be absent, and zod does not ask then.
    const problem = input === undefined ? "is missing" : judge(input);
    if (typeof problem === "number")
      issues.push({ code: "too_big", origin: "string", maximum: problem, inclusive: true, input });
    else if (problem !== undefined) issues.push({ code: "custom", message: problem, input });
  });
  return schema as z.ZodMiniType as z.ZodMiniType<Value, Value>;
}

/** A field with one thing that it must be; without a hint a refusal says only which field is wrong. */
export function fieldThat<Value>(holds: (value: unknown) => boolean, hint = "") {
  return field<Value>((value) => (holds(value) ? undefined : hint));
}

interface TextRule {
  /** Default 1. */
  minLength?: number;
  pattern?: RegExp;
  /** What the pattern says that the text must be. */
  hint?: string;
}

function judgeText(value: unknown, maxLength: number, { minLength = 1, pattern, hint }: TextRule): Problem {
  if (typeof value !== "string") return "must be of type string";
  if (value.length > maxLength) return maxLength;
  if (value.length < minLength) return "must not be empty";
  return pattern?.test(value) === false ? hint : undefined;
}

/** Text of at most `maxLength` UTF-16 code units. */
export function text(maxLength: number, rule: TextRule = {}) {
  return field<string>((value) => judgeText(value, maxLength, rule));
}

/** A line break would smuggle further attributes into an SDP text. */
const oneLine: TextRule = { minLength: 0, pattern: /^[^\r\n]*$/, hint: "must be one line" };

export function line(maxLength: number) {
  return text(maxLength, oneLine);
}

/** As `line`, or null: browsers write it where they have none. */
export function lineOrNull(maxLength: number) {
  return field<string | null>((value) => (value === null ? undefined : judgeText(value, maxLength, oneLine)));
}

/** Whether a value is text of at most `maxLength` UTF-16 code units. */
export function isText(value: unknown, maxLength: number): value is string {
  return typeof value === "string" && value.length <= maxLength;
}

/** One of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]) {
  return fieldThat<Word>((value) => words.includes(value as Word));
}

export function flag() {
  return fieldThat<boolean>((value) => typeof value === "boolean", "must be of type boolean");
}

/** A whole number from 0 on. */
export function count() {
  return fieldThat<number>((value) => Number.isSafeInteger(value) && Number(value) >= 0);
}

/** A list, each of whose items is read by its schema. */
export function listOf<Schema extends z.ZodMiniType>(
  item: Schema,
): z.ZodMiniType<z.output<Schema>[], z.input<Schema>[]> {
  const schema = z.unknown().check((payload) => {
    const { value: input, issues } = payload;
    const read = Array.isArray(input) ? input.map((value) => z.safeParse(item, value)) : undefined;
    if (read?.every(({ success }) => success) === true) payload.value = read.map(({ data }) => data);
    else issues.push({ code: "custom", message: "", input });
  });
  return schema as z.ZodMiniType as z.ZodMiniType<z.output<Schema>[], z.input<Schema>[]>;
}
