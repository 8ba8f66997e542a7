import { field } from "./fields.js";

/** Any value that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

type Verdict = "ok" | "not-json" | "too-deep" | "too-big";

/**
 * Judges a value before `JSON.stringify` sees it, which overflows the stack on a few thousand nested arrays: an app's
 * JSON is the one field here that is forwarded as an object. The work is bounded by `maxLength`, whatever the value.
 * Nothing at all (`undefined`) has no text and is "ok"; inside an object it is left out.
 */
export function judgeJson(value: unknown, maxLength: number, maxDepth: number): Verdict {
  const verdict = judgeShape(value, maxDepth, { left: maxLength });
  if (verdict !== "ok" || value === undefined) return verdict;
  return JSON.stringify(value).length <= maxLength ? "ok" : "too-big";
}

/** Recurses no deeper than `depth`, and looks at no more values than there is room for, one character each. */
function judgeShape(value: unknown, depth: number, room: { left: number }): Verdict {
  if (value === undefined) return "ok";
  if (typeof value === "string") room.left -= value.length;
  if (--room.left < 0) return "too-big";
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return "ok";
  if (typeof value !== "object" || !isPlain(value)) return "not-json";
  if (depth === 0) return "too-deep";
  if (Array.isArray(value) && value.length > room.left) return "too-big";
  for (const part of Object.values(value)) {
    const verdict = judgeShape(part, depth - 1, room);
    if (verdict !== "ok") return verdict;
  }
  return "ok";
}

/** False for what a parser other than JSON's may bring: buffers, dates, maps. True for plain objects of any realm. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** JSON of the application: opaque, but bounded in length and depth. */
export function boundedJson(maxLength: number, maxDepth: number) {
  return field<unknown>((value) => {
    switch (judgeJson(value, maxLength, maxDepth)) {
      case "ok":
        return undefined;
      case "too-big":
        return maxLength;
      case "too-deep":
        return `must nest at most ${String(maxDepth)} levels`;
      case "not-json":
        return "must be JSON";
    }
  });
}
