import * as z from "zod/mini";

/*
 * The few kinds of field that the protocol is made of. zod's own checks and enums would say the same, and add
 * two kilobytes to every web page.
 */

/** Text of 1 (or `minLength`) to `maxLength` UTF-16 code units that fits `pattern`; `hint` says of it what it must. */
export function text(maxLength: number, { minLength = 1, pattern, hint }: { minLength?: number; pattern?: RegExp; hint?: string } = {}) {
  return z.string().check((payload) => {
    const { value: input, issues } = payload;
    if (input.length > maxLength) issues.push({ code: "too_big", origin: "string", maximum: maxLength, inclusive: true, input });
    else if (input.length < minLength) issues.push({ code: "custom", message: "must not be empty", input });
    else if (pattern?.test(input) === false) issues.push({ code: "custom", message: hint, input });
  });
}

/** Text without a line break, which would smuggle further attributes into an SDP text. */
export function line(maxLength: number) {
  return text(maxLength, { minLength: 0, pattern: /^[^\r\n]*$/, hint: "must be one line" });
}

/** One of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]) {
  return z.custom<Word>((value) => words.includes(value), `must be one of ${words.join(", ")}`);
}

/** A whole number from 0 on. */
export function count() {
  return z.custom<number>((value) => Number.isSafeInteger(value) && (value) >= 0, "must be a whole number from 0 on");
}
