/** The value of a JSON text, or why there is none. */
export type ReadJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly isUtf8: boolean };

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a JSON text as programs in C write it: with the NUL that ends their strings, and with the line ends of an SDP
 * as they are, which JSON wants escaped.
 */
export function readJson(data: Uint8Array): ReadJson {
  let text: string;
  try {
    text = decoder.decode(data).replace(/\0+$/, "");
  } catch {
    return { ok: false, isUtf8: false };
  }
  const value = parse(text) ?? parse(escapeLineEnds(text));
  return value === undefined ? { ok: false, isUtf8: true } : { ok: true, value };
}

/** JSON has no `undefined`: it stands for a text that is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Inside strings alone: between them they are white space. In one pass: the text may be hostile. */
function escapeLineEnds(text: string): string {
  let isInString = false;
  return text.replace(/\\[^]|["\n\r\t]/g, (found) => {
    if (found === '"') isInString = !isInString;
    return isInString ? (escapes[found] ?? found) : found;
  });
}
