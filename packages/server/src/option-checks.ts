/** The longest delay of a JavaScript timer, about 25 days. */
export const longestDelayMs = 2 ** 31 - 1;

/** @throws TypeError if the value is not a whole number within the bounds */
export function wholeNumber(name: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  const bounds = most === Number.MAX_SAFE_INTEGER ? "" : ` to ${String(most)}`;
  throw new TypeError(`${name} must be a whole number from ${String(least)}${bounds}, not ${shown(value)}.`);
}

/** @throws TypeError if the value is not a number, or is below the bound */
export function numberFrom(name: string, value: unknown, least: number, isLeastValid: boolean): number {
  const isNumber = typeof value === "number" && Number.isFinite(value);
  if (isNumber && (isLeastValid ? value >= least : value > least)) return value;
  const bound = isLeastValid ? `of at least ${String(least)}` : `above ${String(least)}`;
  throw new TypeError(`${name} must be a number ${bound}, not ${shown(value)}.`);
}

/** @throws TypeError if the value is not an object, or is an array */
export function record(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${name} must be an object, not ${Array.isArray(value) ? "an array" : shown(value)}.`);
  return value as Record<string, unknown>;
}

/**
 * @param name the option that the value belongs to; empty for the options themselves
 * @throws TypeError if the value has a name that is not known
 */
export function knownNames(name: string, value: unknown, known: object): void {
  const given = Object.keys(record(name === "" ? "The options" : name, value));
  const unknown = given.find((key) => !Object.hasOwn(known, key));
  if (unknown === undefined) return;
  const path = name === "" ? unknown : `${name}.${unknown}`;
  throw new TypeError(`Unknown option ${JSON.stringify(path)}. Known: ${Object.keys(known).join(", ")}.`);
}

/** @throws TypeError if a value is given that lacks a method */
export function methods(name: string, value: unknown, wanted: readonly string[]): void {
  if (value === undefined) return;
  const given = typeof value === "function" ? {} : record(name, value);
  const missing = wanted.find((method) => typeof given[method] !== "function");
  if (missing !== undefined) throw new TypeError(`${name} must have a method "${missing}".`);
}

/** @throws TypeError if a value is given that is not true or false */
export function optionalBoolean(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  throw new TypeError(`${name} must be true or false, not ${shown(value)}.`);
}

/** @throws TypeError if a value is given that is not a function */
export function optionalFunction<Value>(name: string, value: Value): Value {
  if (value === undefined || typeof value === "function") return value;
  throw new TypeError(`${name} must be a function, not ${shown(value)}.`);
}

/** A value as an error shows it: short, and nothing of what an object holds, which may be a secret. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return value === null || typeof value !== "object" ? String(value) : "an object";
}
