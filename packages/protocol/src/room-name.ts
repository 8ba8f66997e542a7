import * as z from "zod/mini";

/** Control characters, line and paragraph separators, bidirectional controls and lone surrogates. */
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u;

function isRoomName(name: string, maxLength: number): boolean {
  if (name.length === 0 || name.length > 2 * maxLength || forbidden.test(name)) return false;
  return name.length <= maxLength || Array.from(name).length <= maxLength;
}

/**
 * The name of a room: 1 to `maxLength` code points of any script, no control characters.
 * Names are compared code point by code point; a client that lets people type them sends NFC.
 */
export function roomName(maxLength: number): z.ZodMiniString<string> {
  const message = `must have 1 to ${String(maxLength)} characters, none of them a control character`;
  return z.string().check(({ value: input, issues }) => {
    if (!isRoomName(input, maxLength)) issues.push({ code: "custom", message, input });
  });
}
