/**
 * Bounds on what one message may carry. Text is counted in UTF-16 code units (JavaScript's `length`),
 * a room name in Unicode code points, JSON by the length of its shortest text.
 */
export interface Limits {
  /** Code points in a room name. */
  roomName: number;
  /** Code units in the `sdp` of an offer or an answer. */
  sdp: number;
  /** Code units in a candidate line. */
  candidate: number;
  /** Length of the JSON text of `metadata`. */
  metadata: number;
  /** Length of the JSON text of an app message's `data`. */
  message: number;
  /** Levels of nesting in `metadata` and in a message's `data`. */
  jsonDepth: number;
}

/** What a server allows unless the application sets other limits. */
export const defaultLimits: Limits = {
  roomName: 128,
  sdp: 256 * 1024,
  candidate: 4 * 1024,
  metadata: 16 * 1024,
  message: 16 * 1024,
  jsonDepth: 32,
};

/**
 * The most that a client accepts from a server. An application may raise the limits of its server, so these are higher
 * than the defaults.
 */
export const readingLimits: Limits = {
  roomName: 1024,
  sdp: 4 * 1024 * 1024,
  candidate: 64 * 1024,
  metadata: 1024 * 1024,
  message: 1024 * 1024,
  jsonDepth: 64,
};

/** The candidates that one message may carry (docs/protocol.md, Bundles). */
export const maxBundledCandidates = 32;

/** A connection that ends within this many milliseconds of a `leaving` has left (docs/protocol.md, Leaving). */
export const leavingCountsMs = 10_000;
