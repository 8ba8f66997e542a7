import * as z from "zod/mini";
import { readList } from "../checks/table.js";

/**
 * What a schema of one value was made from: a plain function and its arguments, or the schema of an array's items.
 * The generator of readers looks it up, so that a reader calls the same function without zod.
 */
export type FieldRule =
  | { readonly check: (value: unknown, ...args: never) => boolean; readonly args: readonly unknown[] }
  | { readonly item: z.ZodMiniType };

const rules = new WeakMap<object, FieldRule>();

/** The rule that a schema was made from; undefined for the schemas that are zod's own. */
export function ruleOf(schema: object): FieldRule | undefined {
  return rules.get(schema);
}

/** What a rejection says of an invalid value. */
export interface Expectation {
  /** What a valid value is: "a boolean". */
  expected: string;
  /** The `typeof` of valid values where that alone tells the alternatives of a union apart. */
  type?: "string";
  /** Whether the value exceeds `max` and is otherwise of the right kind: the code is `TOO_LARGE` then. */
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
    // Only an optional field may be absent, and zod does not ask then.
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

/** An array, each of whose items is read by its schema. */
export function listOf<Schema extends z.ZodMiniType>(
  item: Schema,
): z.ZodMiniType<z.output<Schema>[], z.input<Schema>[]> {
  const schema = z.unknown().check((payload) => {
    const { value: input, issues } = payload;
    const items = readList(input, (value) => z.safeParse(item, value).data);
    if (items !== undefined) payload.value = items;
    else issues.push({ code: "custom", message: "an array of valid items", input });
  });
  rules.set(schema, { item });
  return schema as z.ZodMiniType as z.ZodMiniType<z.output<Schema>[], z.input<Schema>[]>;
}
