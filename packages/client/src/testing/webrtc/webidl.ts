/** The conversions of arguments that browsers make (WebIDL), as far as tests of applications meet them. */

/** A dictionary: `null` and `undefined` are empty ones. */
export function dictionary<Value extends object>(value: Value | null | undefined, name: string): Value {
  if (value === undefined || value === null) return {} as Value;
  if (typeof value !== "object" && typeof value !== "function") throw new TypeError(`${name} must be an object.`);
  return value;
}

/** A member with `[EnforceRange] unsigned short`, or of the smaller range up to `max`. */
export function enforceRange(value: unknown, name: string, max = 65_535): number {
  const number = Math.trunc(Number(value));
  if (!(number >= 0 && number <= max)) throw new TypeError(`${name} must be a number from 0 to ${String(max)}.`);
  return number + 0;
}

/** A member that is one of some strings, or undefined. */
export function oneOf(value: unknown, values: readonly unknown[], name: string): void {
  if (value !== undefined && !values.includes(value))
    throw new TypeError(`${name} must be one of ${values.join(", ")}.`);
}
