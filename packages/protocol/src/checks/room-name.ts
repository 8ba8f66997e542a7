/** Control characters, line and paragraph separators, bidirectional controls and lone surrogates. */
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u;

/**
 * The name of a room: 1 to `maxLength` code points of any script, no control characters.
 * Names are compared code point by code point; a client that lets people type them sends NFC.
 */
export function isRoomName(value: unknown, maxLength: number): value is string {
  if (typeof value !== "string") return false;
  if (value.length === 0 || value.length > 2 * maxLength || forbidden.test(value)) return false;
  return value.length <= maxLength || Array.from(value).length <= maxLength;
}
