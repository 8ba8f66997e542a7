import { type ReceivedText } from "./received-text.js";

/** A constructor that makes nothing: the fields of its subclass are added to the object that it is given. */
const Given = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * A private field, on the payload itself. Nobody else sees it: neither the keys nor a copy of the payload have it. A
 * WeakMap would do the same, but collecting its garbage costs more than the text saves.
 */
class Remembered extends Given {
  readonly #text: ReceivedText;

  constructor(payload: object, text: ReceivedText) {
    super(payload);
    this.#text = text;
  }

  static textOf(payload: object): ReceivedText | undefined {
    return #text in payload ? payload.#text : undefined;
  }
}

/** Remembers the text of a payload for as long as there is the payload; once for each payload. */
export function rememberText(payload: object, text: ReceivedText): void {
  new Remembered(payload, text);
}

/** The text that a payload came in; undefined for any other value. */
export function textOf(payload: unknown): ReceivedText | undefined {
  return typeof payload === "object" && payload !== null ? Remembered.textOf(payload) : undefined;
}
