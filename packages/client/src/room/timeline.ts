import type { Clock } from "../util/clock.js";

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
const harmless =
  /^(?:[A-Z]{0,3}[a-z]{1,15}(?:[A-Z][a-z]{2,15}){0,3}(?:[-'][a-z]{1,15}){0,3}|[A-Z]{2,4}|[A-Z]{2,11}(?:_[A-Z]{2,11}){1,2}|\d{1,6})$/;

function redact(text: string): string {
  const words = text
    .split(/\s+/)
    .map((word) => (harmless.test(word.replace(/^[("]|[)"]?[.,:;!?]$|[)"]$/g, "")) ? word : word && "…"));
  return words.join(" ").slice(0, maxTextLength);
}

type Detail = Readonly<Record<string, string | number | boolean | undefined>>;

type Note = readonly [at: number, what: string, peer: string | undefined, detail: Detail];

/** The last things that happened, fit to be sent to somebody else: no SDP, no addresses, no tokens, no names. */
export class Timeline {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #begin: number;
  readonly #notes: Note[] = [];

  /** Keeps the newest `capacity` entries. */
  constructor(clock: Clock, capacity = 500) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#begin = clock.now();
  }

  /** `what` and the details are short words and numbers; whatever else they are is left out of them. The names of details are our own. */
  note(what: string, peer?: string, detail: Detail = {}): void {
    this.#notes.push([Math.round(this.#clock.now() - this.#begin), what, peer, detail]);
    if (this.#notes.length > this.#capacity) this.#notes.shift();
  }

  /** The oldest first. Many are noted and few are read: what is private is taken out here. */
  entries(): readonly TimelineEntry[] {
    return this.#notes.map(redacted);
  }
}

function redacted([at, what, peer, detail]: Note): TimelineEntry {
  const entry: Record<string, string | number | boolean | undefined> = {};
  for (const [name, value] of Object.entries(detail)) entry[name] = typeof value === "string" ? redact(value) : value;
  // What the entry is about comes last: a detail of the same name does not take its place.
  return Object.assign(entry, { at, what: redact(what) }, peer && { peer: peer.slice(0, peerIdLength) });
}
