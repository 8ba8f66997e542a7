/**
 * How long the plainest JSON text of a value is: a string without escapes, so that a text with escapes is longer. Sizes
 * of values that no relayed field has are NaN, which equals no length.
 */
function valueSize(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value === "number") return numberSize(value);
  return value === null ? 4 : Number.NaN;
}

/** 1200 may be written as 12e2, which is as short as it gets: of such numbers the length says nothing. */
function numberSize(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0 || (value >= 100 && value % 100 === 0)) return Number.NaN;
  return value < 10 ? 1 : String(value).length;
}

/** Of a field with its name, two quotes, colon and comma; nothing if the field is absent. */
export function fieldSize(name: string, value: unknown): number {
  return value === undefined ? 0 : name.length + 4 + valueSize(value);
}

/** Of an object with fields, whose sizes are given: two braces, and a comma less than fields. */
export function objectSize(fields: number): number {
  return fields + 1;
}

/**
 * Of the field `sdp` of a description. Its line ends are escaped, so its length is taken from the text itself: up to
 * the first quote, which is the end, or earlier if the SDP text has quotes. NaN if there is no such field.
 *
 * If another field of that name is found first, that one is counted, and the text is longer by this one.
 * @param start where the JSON text begins: the name of a namespace may look like the field
 */
export function descriptionSize(text: string, start: number, sdp: unknown): number {
  if (typeof sdp !== "string") return fieldSize("sdp", sdp);
  const name = text.indexOf('"sdp":"', start);
  return name === -1 ? Number.NaN : 2 + text.indexOf('"', name + 7) - name;
}
