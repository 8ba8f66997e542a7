import type { Clock } from "./clock.js";

/** Something that happened to a manager or to one of its peers. */
export interface TimelineEntry {
  /** Whole milliseconds since the manager was made. */
  readonly at: number;
  readonly what: string;
  /** The beginning of the peer's id, where it happened to one. */
  readonly peer?: string;
  /** What else is known: short words and numbers. */
  readonly [detail: string]: string | number | boolean | undefined;
}

const maxTextLength = 64;
const peerIdLength = 6;

/**
 * What a text may be made of: words, names of methods, codes and small numbers. Addresses, keys, tokens, credentials and
 * SDP are none of these, so that nothing of theirs can get in by mistake.
 */
const harmless = /^(?:[A-Z]{0,3}[a-z]{1,15}(?:[A-Z][a-z]{2,15}){0,3}(?:[-'][a-z]{1,15}){0,3}|[A-Z]{2,4}|[A-Z]{2,11}(?:_[A-Z]{2,11}){1,2}|\d{1,6})$/;

function redact(text: string): string {
  const words = text.split(/\s+/).map((word) => (harmless.test(word.replace(/^[("]|[)"]?[.,:;!?]$|[)"]$/g, "")) ? word : word && "…"));
  return words.join(" ").slice(0, maxTextLength);
}

/** The last things that happened, fit to be sent to somebody else: no SDP, no addresses, no tokens, no names. */
export class Timeline {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #begin: number;
  readonly #entries: TimelineEntry[] = [];

  /** Keeps the newest `capacity` entries. */
  constructor(clock: Clock, capacity = 500) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#begin = clock.now();
  }

  /** `what` and the details are short words and numbers; whatever else they are is left out of them. The names of details are our own. */
  note(what: string, peer?: string, detail: Readonly<Record<string, string | number | boolean | undefined>> = {}): void {
    const details = Object.entries(detail).map(([name, value]) => [name, typeof value === "string" ? redact(value) : value] as const);
    const at = Math.round(this.#clock.now() - this.#begin);
    // What the entry is about comes last: a detail of the same name does not take its place.
    this.#entries.push({ ...Object.fromEntries(details), at, what: redact(what), ...(peer !== undefined && { peer: peer.slice(0, peerIdLength) }) });
    if (this.#entries.length > this.#capacity) this.#entries.shift();
  }

  /** The oldest first. */
  entries(): readonly TimelineEntry[] {
    return [...this.#entries];
  }
}
