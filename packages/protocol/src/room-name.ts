import { fieldThat } from "./fields.js";

/** Control characters, line and paragraph separators, bidirectional controls and lone surrogates. */
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u;

function isRoomName(name: unknown, maxLength: number): boolean {
  if (typeof name !== "string") return false;
  if (name.length === 0 || name.length > 2 * maxLength || forbidden.test(name)) return false;
  return name.length <= maxLength || Array.from(name).length <= maxLength;
}

/**
 * The name of a room: 1 to `maxLength` code points of any script, no control characters.
 * Names are compared code point by code point; a client that lets people type them sends NFC.
 */
export function roomName(maxLength: number) {
  return fieldThat<string>(
    (value) => isRoomName(value, maxLength),
    `must be text of 1 to ${String(maxLength)} characters, none of them a control character`,
  );
}
