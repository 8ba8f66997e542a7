import * as z from "zod/mini";
import { boundedList, list } from "../checks/table.js";

/**
 * The source of a schema of one value: a plain function and its arguments, or the schema of an array's items.
 * The generator of readers looks it up, so that a reader calls the same function without zod.
 */
export type FieldRule =
  | { readonly check: (value: unknown, ...args: never) => boolean; readonly args: readonly unknown[] }
  | { readonly item: z.ZodMiniType; readonly maxItems?: number | undefined };

const rules = new WeakMap<object, FieldRule>();

/** The rule that a schema was made from; undefined for the schemas that are zod's own. */
export function ruleOf(schema: object): FieldRule | undefined {
  return rules.get(schema);
}

/** How a rejection describes an invalid value. */
export interface Expectation {
  /** What a valid value is: "a boolean". */
  expected: string;
  /** The `typeof` of valid values, if a union needs it to choose which alternative to explain. */
  type?: "string";
  /** Whether the value exceeds `max`, which gives the code `TOO_LARGE`. */
  isTooLarge?: (value: unknown) => boolean;
  max?: number;
}

/**
 * A field that is validated as one value, by `check(value, ...args)`. All fields of the protocol are made by this:
 * zod's own strings, checks and enums do the same, and add three kilobytes to a bundle.
 */
export function field<Value, Args extends readonly unknown[] = readonly unknown[]>(
  check: (value: unknown, ...args: Args) => boolean,
  args: Args,
  { expected, type, isTooLarge, max = 0 }: Expectation,
): z.ZodMiniType<Value, Value> {
  const schema = z.unknown().check(({ value: input, issues }) => {
    // zod does not run this for an optional field that is absent.
    if (input === undefined) issues.push({ code: "invalid_type", expected: "nonoptional", input });
    else if (check(input, ...args)) return;
    else if (isTooLarge?.(input) === true)
      issues.push({ code: "too_big", origin: "string", maximum: max, inclusive: true, input });
    else if (type !== undefined && typeof input !== type)
      issues.push({ code: "invalid_type", expected: type, message: expected, input });
    else issues.push({ code: "custom", message: expected, input });
  });
  rules.set(schema, { check, args });
  return schema as z.ZodMiniType as z.ZodMiniType<Value, Value>;
}

/** An array of at most `maxItems`, each of which is read by its schema. Without a number there is no bound. */
export function listOf<Schema extends z.ZodMiniType>(
  item: Schema,
  maxItems?: number,
): z.ZodMiniType<z.output<Schema>[], z.input<Schema>[]> {
  const readItem = (value: unknown): z.output<Schema> | undefined => z.safeParse(item, value).data;
  const read = maxItems === undefined ? list(readItem) : boundedList(readItem, maxItems);
  const schema = z.unknown().check((payload) => {
    const { value: input, issues } = payload;
    const items = read(input);
    if (items !== undefined) payload.value = items;
    else issues.push(listIssue(item, input, maxItems));
  });
  rules.set(schema, { item, maxItems });
  return schema as z.ZodMiniType as z.ZodMiniType<z.output<Schema>[], z.input<Schema>[]>;
}

/** Explains the first invalid item, by its index. */
function listIssue(item: z.ZodMiniType, input: unknown, maxItems = Infinity): z.core.$ZodRawIssue {
  const isBounded = maxItems !== Infinity;
  const message = isBounded ? `an array of at most ${String(maxItems)} items` : "an array";
  if (!Array.isArray(input) || input.length > maxItems) return { code: "custom", message, input };
  for (const [index, value] of input.entries()) {
    const issue = z.safeParse(item, value).error?.issues[0];
    if (issue !== undefined) return { ...issue, path: [index, ...issue.path], input } as z.core.$ZodRawIssue;
  }
  return { code: "custom", message, input };
}
