/** Any value that JSON can express. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** The result of `validateJson`. */
export type JsonResult = "ok" | "not-json" | "too-deep" | "too-big";

/**
 * Validates a value before `JSON.stringify` sees it, which overflows the stack on a few thousand nested arrays: the
 * application's JSON is the one field here that is forwarded as an object. The work is bounded by `maxLength`, whatever
 * the value. `undefined` has no JSON text and is "ok"; a field of an object that is undefined is left out.
 */
export function validateJson(value: unknown, maxLength: number, maxDepth: number): JsonResult {
  const result = validateShape(value, maxDepth, { left: maxLength });
  if (result !== "ok" || value === undefined) return result;
  return JSON.stringify(value).length <= maxLength ? "ok" : "too-big";
}

/** Recurses no deeper than `depth`, and visits no more values than `room` allows, at one character each. */
function validateShape(value: unknown, depth: number, room: { left: number }): JsonResult {
  if (value === undefined) return "ok";
  if (typeof value === "string") room.left -= value.length;
  if (--room.left < 0) return "too-big";
  // Infinity and NaN, which parsers other than JSON's know, have no JSON text.
  if (value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value)) return "ok";
  if (typeof value !== "object" || !isPlain(value)) return "not-json";
  if (depth === 0) return "too-deep";
  if (Array.isArray(value) && value.length > room.left) return "too-big";
  for (const part of Object.values(value)) {
    const result = validateShape(part, depth - 1, room);
    if (result !== "ok") return result;
  }
  return "ok";
}

/** False for what a parser other than JSON's may produce: buffers, dates, maps. True for plain objects of any realm. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** JSON of the application: opaque, but bounded in length and depth. */
export function isBoundedJson(value: unknown, maxLength: number, maxDepth: number): boolean {
  return value !== undefined && validateJson(value, maxLength, maxDepth) === "ok";
}
