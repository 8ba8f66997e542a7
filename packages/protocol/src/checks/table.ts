import { isObject } from "./values.js";

/** Reads one value: the value to keep, or undefined if it is invalid. */
export type Reader = (value: unknown) => unknown;

/** A required field, or an optional one. */
type Field = Reader | readonly [Reader];

/** Keeps the values that pass a check. */
export function check<A, B>(passes: (value: unknown, a: A, b: B) => boolean, a?: A, b?: B): Reader {
  return (value) => (passes(value, a as A, b as B) ? value : undefined);
}

/** A field that may be absent or undefined. */
export function optional(read: Reader): Field {
  return [read];
}

/** Reads each item of an array; invalid if one is. */
export function list(read: Reader): (value: unknown) => unknown[] | undefined {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map((item) => read(item));
    return items.every((item) => item !== undefined) ? items : undefined;
  };
}

/**
 * Reads the known fields of an object into a new one, as zod does: one read of each field, then `in`, to tell an absent
 * field from one that is undefined. Small rather than fast: a page loads it, and reads a few messages a second.
 */
export function object(fields: Readonly<Record<string, Field>>): Reader {
  const entries = Object.entries(fields);
  return (input) => {
    if (!isObject(input)) return undefined;
    const output: Record<string, unknown> = {};
    for (const [key, field] of entries) {
      const isOptional = typeof field !== "function";
      const value = input[key];
      const result = (isOptional ? field[0] : field)(value);
      if (key in input) {
        output[key] = result;
        if (result === undefined && !(isOptional && value === undefined)) return undefined;
      } else if (!isOptional) return undefined;
    }
    return output;
  };
}
