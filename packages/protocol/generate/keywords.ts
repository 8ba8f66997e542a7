/** A JSON Schema, or a part of a document in the same form. */
export type JsonSchema = Record<string, unknown>;

export const text = (maxLength: number, description: string, more: JsonSchema = {}): JsonSchema => ({
  type: "string",
  minLength: 1,
  maxLength,
  description,
  ...more,
});
export const textOrNone = (maxLength: number, description: string, more: JsonSchema = {}): JsonSchema => ({
  type: "string",
  maxLength,
  description,
  ...more,
});
export const yesOrNo = (description: string): JsonSchema => ({ type: "boolean", description });
export const whole = (description: string): JsonSchema => ({
  type: "integer",
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description,
});
/** Written with `not`, since `$` matches the end of a line in some engines. */
export const oneLine: JsonSchema = { not: { type: "string", pattern: "[\\r\\n]" } };
export const lineOrNull = (description: string): JsonSchema => ({
  type: ["string", "null"],
  maxLength: 256,
  ...oneLine,
  description,
});

/** A whole number of 16 bits. */
export const port = (description: string): JsonSchema => ({
  type: "integer",
  minimum: 0,
  maximum: 65_535,
  description,
});

const upTo65535 = "^([0-9]{1,4}|[0-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$";

/** A number, the numeric string that some clients write, or null. */
export const sectionIndex = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: "integer", minimum: 0, maximum: 65_535 }, { type: "string", pattern: upTo65535 }, { type: "null" }],
});
