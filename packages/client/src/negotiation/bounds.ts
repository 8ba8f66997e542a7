/**
 * The bounds of the client that an application cannot set: on what a peer can make it keep, and on what it sends.
 * Lengths of text are in UTF-16 code units.
 */

/** Signals kept that arrived before a missing one. */
export const maxEarly = 512;
/** After this many failed offers in a row no more are made until the peer is reachable again. */
export const maxFailures = 3;
/** Candidates of one ICE generation; more than any honest peer sends. */
export const maxHeld = 256;
/** Ids of past exchanges that are remembered. */
export const maxPastIds = 8;
/** Messages kept whose sender is not listed yet: as many as the candidates of a newcomer to a full room. */
export const maxPendingMessages = 256;
/** Announcements of tracks that are kept: more descriptions than can be under way at once. */
export const maxAnnouncements = 8;

/** Text that may be queued for one peer. */
export const maxQueuedLength = 1_048_576;
/** Text kept for a peer that has not acknowledged anything yet, and perhaps never will. */
export const maxKeptLength = 1_048_576;
/** Messages are acknowledged after this many, or after as much text. */
export const maxUnacknowledged = 32;
export const maxUnacknowledgedLength = 65_536;
/** The data of one message as JSON, in 1024 code units: the data channels of every browser carry as much. */
export const maxDataKib = 255;
/** Levels of nesting in JSON of the application. */
export const maxJsonDepth = 64;
