/** An object with fields, as a message is. */
export type Fields = Record<string, unknown>;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value that whoever receives it reads by its own rules: nothing else is invalid because of it. */
export function isAnything(value: unknown): boolean {
  return value !== undefined;
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/** Text of `minLength` to `maxLength` UTF-16 code units. */
export function isText(value: unknown, maxLength: number, minLength = 1): value is string {
  return typeof value === "string" && value.length <= maxLength && value.length >= minLength;
}

/** Text without line breaks, which would add attributes to an SDP text. */
export function isLine(value: unknown, maxLength: number): value is string {
  return isText(value, maxLength, 0) && !/[\r\n]/.test(value);
}

/** Browsers write null where they have no value. */
export function isLineOrNull(value: unknown, maxLength: number): value is string | null {
  return value === null || isLine(value, maxLength);
}

export function isOneOf(value: unknown, words: readonly unknown[]): boolean {
  return words.includes(value);
}

/** A whole number from 0. */
export function isCount(value: unknown, max = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

export function isPositive(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) > 0;
}

/** `sdpMLineIndex`: an `unsigned short` of WebIDL, as a number or as the numeric string of base clients, or null. */
export function isSectionIndex(value: unknown): value is number | string | null {
  return (
    value === null ||
    ((typeof value === "string" || typeof value === "number") &&
      /^\d{1,5}$/.test(String(value)) &&
      Number(value) <= 65_535)
  );
}

/** At most `maxLength` texts of 1 to `maxText` UTF-16 code units. */
export function isTextList(value: unknown, maxLength: number, maxText: number): value is string[] {
  return Array.isArray(value) && value.length <= maxLength && value.every((item) => isText(item, maxText));
}

/** The `urls` of an ICE server. */
export function isUrls(value: unknown): value is string | string[] {
  return typeof value === "string" || (Array.isArray(value) && value.every((url) => typeof url === "string"));
}
