import type { Clock } from "../util/clock.js";

/** An event in the life of a manager or of one of its peers. */
export interface TimelineEntry {
  /** Whole milliseconds since the manager was made. */
  readonly at: number;
  readonly what: string;
  /** The first characters of the peer's id, if the event concerns a peer. */
  readonly peer?: string;
  /** Details: short words and numbers. */
  readonly [detail: string]: string | number | boolean | undefined;
}

const maxTextLength = 64;
const peerIdLength = 6;

/**
 * Allowed in a text, with punctuation around it: words, names of methods, codes and small numbers. Addresses, keys,
 * tokens, credentials and SDP are none of these, so that they cannot get in by mistake.
 */
const harmless =
  /^[("]?(?:[A-Z]{0,3}[a-z]{1,15}(?:[-']?[A-Z]?[a-z]{2,15}){0,3}|[A-Z]{2,12}(?:_[A-Z]{2,12}){0,3}|\d{1,6})[)"]?[.,:;!?]?$/;

function redact(text: string): string {
  return text.replace(/\S+/g, (word) => (harmless.test(word) ? word : "…")).slice(0, maxTextLength);
}

type Detail = Readonly<Record<string, string | number | boolean | undefined>>;

type Note = readonly [at: number, what: string, peer: string | undefined, detail: Detail];

/** The last events, safe to send to somebody else: no SDP, no addresses, no tokens, no names. */
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

  /** `what` and the details are short words and numbers; everything else in them is redacted. */
  note(what: string, peer?: string, detail: Detail = {}): void {
    this.#notes.push([Math.round(this.#clock.now() - this.#begin), what, peer, detail]);
    if (this.#notes.length > this.#capacity) this.#notes.shift();
  }

  /** The oldest first. Redacted here: many entries are recorded and few are read. */
  entries(): readonly TimelineEntry[] {
    return this.#notes.map(redacted);
  }
}

function redacted([at, what, peer, detail]: Note): TimelineEntry {
  const entry: Record<string, string | number | boolean | undefined> = {};
  for (const [name, value] of Object.entries(detail)) entry[name] = typeof value === "string" ? redact(value) : value;
  // The fixed fields come last, so that a detail of the same name does not replace them.
  return Object.assign(entry, { at, what: redact(what) }, peer && { peer: peer.slice(0, peerIdLength) });
}
