import { isObject } from "./values.js";

/** Reads one value: the value to keep, or undefined if it is invalid. */
export type Reader = (value: unknown) => unknown;

type Fields = Readonly<Record<string, Reader>>;

/** Keeps the values that pass a check. */
export function check<A, B>(passes: (value: unknown, a: A, b: B) => boolean, a?: A, b?: B): Reader {
  return (value) => (passes(value, a as A, b as B) ? value : undefined);
}

/** Reads each item of an array; invalid if one is. */
export function list(read: Reader): (value: unknown) => unknown[] | undefined {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map((item) => read(item));
    return items.every((item) => item !== undefined) ? items : undefined;
  };
}

/** The same for at most `max` items; invalid with more, and then none is read. */
export function boundedList(read: Reader, max: number): (value: unknown) => unknown[] | undefined {
  const readAll = list(read);
  return (value) => (Array.isArray(value) && value.length > max ? undefined : readAll(value));
}

/**
 * Reads the known fields of an object into a new one, as zod does: one read of each field, then `in`, to tell an absent
 * field from one that is undefined. Those that are optional may be absent or undefined. Small rather than fast: a page
 * loads it, and reads a few messages a second.
 */
export function object(required: Fields, optional: Fields = {}): Reader {
  const entries = Object.entries({ ...required, ...optional });
  return (input) => {
    if (!isObject(input)) return undefined;
    const output: Record<string, unknown> = {};
    for (const [key, read] of entries) {
      const value = input[key];
      const result = read(value);
      if (key in input) {
        output[key] = result;
        if (result === undefined && !(key in optional && value === undefined)) return undefined;
      } else if (key in required) return undefined;
    }
    return output;
  };
}
