import * as z from "zod/mini";

/** Any value that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

type Verdict = "ok" | "not-json" | "too-deep" | "too-big";

/**
 * Judges a value without recursion: `JSON.stringify` of a few thousand nested arrays overflows the stack,
 * and an app's JSON is the one field here that is forwarded as an object. The work is bounded by `maxLength`,
 * whatever the size of the value. Nothing at all (`undefined`) has no text and is "ok"; inside an object it is left out.
 */
export function judgeJson(value: unknown, maxLength: number, maxDepth: number): Verdict {
  if (value === undefined) return "ok";
  let atLeast = 0;
  let atMost = 0;
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: part, depth } = next;
    if (typeof part === "string") {
      atLeast += part.length + 2;
      atMost += longestText(part);
    } else if (typeof part === "number" || typeof part === "boolean" || part === null) {
      atLeast += 1;
      atMost += 25;
    } else if (part === undefined) {
      atMost += 4;
    } else if (typeof part !== "object" || !isPlain(part)) {
      return "not-json";
    } else if (depth > maxDepth) {
      return "too-deep";
    } else if (Array.isArray(part)) {
      if (part.length > maxLength) return "too-big";
      atLeast += 2;
      atMost += 2 + part.length;
      for (const item of part as unknown[]) open.push({ value: item, depth: depth + 1 });
    } else {
      atLeast += 2;
      atMost += 2;
      for (const [key, item] of Object.entries(part)) {
        atMost += longestText(key) + 2;
        open.push({ value: item, depth: depth + 1 });
      }
    }
    if (atLeast > maxLength) return "too-big";
  }
  // The upper bound counts every character as if it were escaped; only what might be too long is written out to be measured.
  return atMost <= maxLength || JSON.stringify(value).length <= maxLength ? "ok" : "too-big";
}

/** One character becomes six at most, as in "\u0000". */
function longestText(text: string): number {
  return text.length * 6 + 2;
}

/** False for what a parser other than JSON's may bring: buffers, dates, maps. True for plain objects of any realm. */
export function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** JSON of the application: opaque, but bounded in length and depth. */
export function boundedJson(maxLength: number, maxDepth: number): z.ZodMiniUnknown {
  return z.unknown().check((payload) => {
    // Only a field that is optional may be absent, and zod does not ask then.
    const verdict = payload.value === undefined ? "missing" : judgeJson(payload.value, maxLength, maxDepth);
    if (verdict === "ok") return;
    if (verdict === "too-big") {
      payload.issues.push({ code: "too_big", origin: "json", maximum: maxLength, inclusive: true, input: payload.value });
    } else {
      const messages = { missing: "is missing", "not-json": "must be JSON", "too-deep": `must nest at most ${String(maxDepth)} levels` };
      payload.issues.push({ code: "custom", message: messages[verdict], input: payload.value });
    }
  });
}
