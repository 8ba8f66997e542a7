/**
 * The time constants of the client that an application cannot set, each with its reason. Those that are options are in
 * recovery-defaults.ts. Names that end in `Ms` are milliseconds.
 */

// Recovery of a path

/** A connection that fails at once is not replaced as quickly: the wait doubles from here, up to `rebuildMs`. */
export const failedAgainDelayMs = 500;
/**
 * Attempts in all for a peer that was never connected. After that only news starts another: the peer, the network, the
 * page.
 */
export const maxFirstAttempts = 5;
/** An exchange that takes too long is helped along this often before the connection is replaced. */
export const maxExchangeResends = 3;

// Signals between two peers

/** The first resend of a signal: longer than a round trip through the server on a slow network. Then it doubles. */
export const resendMs = 1000;
/** The longest wait between two resends, and the first for a peer that may know nothing of acknowledgements. */
export const maxResendMs = 10_000;
/** After this many resends without an acknowledgement only the oldest signal is resent, as a probe. */
export const maxFullResends = 5;
/** An acknowledgement waits this long for a signal that carries it: an answer usually follows within it. */
export const ackDelayMs = 200;
/** A rejected signal is resent after this, plus a random part of as much so that peers do not all resend at once. */
export const rejectedResendMs = 1000;
/** How long a message may arrive before the `joined` of its sender: two routes differ by less. */
export const pendingMessageMs = 5000;

// Gathering and ICE servers

/**
 * A description that waits for its candidates (no trickle) is sent after this even if some are missing: a STUN server
 * that is down takes longer.
 */
export const gatherTimeoutMs = 2000;
/** End-of-candidates only helps where no path is found: it follows after everything urgent. */
export const endOfCandidatesDelayMs = 500;
/** New ICE servers are requested after this part of their lifetime: the old ones still work for the rest of it. */
export const iceServersRefreshAt = 0.75;
/** A recovery step waits this long for new ICE servers, then goes on with the old ones. */
export const iceServersTimeoutMs = 2000;
/**
 * A replaced connection counts against the budget of its peer for this long: browsers collect closed connections late.
 */
export const connectionCostMs = 1000;
/** Connections to one peer that may be made at once: each change of what is published to a device may take one. */
export const connectionBurst = 32;

// The signaling server and the page

/** A join as a whole, connecting included: as long as a user waits in front of a button. */
export const joinTimeoutMs = 15_000;
/** A join waits this long for the first offer, which travels with it and usually takes some milliseconds. */
export const prepareTimeoutMs = 250;
/** An acknowledgement of the server. */
export const ackTimeoutMs = 10_000;
/** The answer to a join may take a person's decision: whoever waits for longer than this has gone. */
export const joinAnswerMs = 3_600_000;
/** A token function that does not answer is called again after this: a person may have to sign in. */
export const tokenTimeoutMs = 30_000;
/** A membership is renewed after this part of its time: a second attempt is in time as well. */
export const renewAt = 0.75;
/** The acknowledgement of an `exit`: `leave()` does not keep the application waiting. */
export const exitTimeoutMs = 2000;
/** A socket that may have died while the page slept is replaced if it does not answer within this. */
export const probeTimeoutMs = 3000;
/** Added to the wait where the server itself ended the connection: it did so on purpose. */
export const rejectedReconnectMs = 1000;
/** An attempt to connect that is younger than this is not started again by an event of the page. */
export const reconnectIntervalMs = 1000;
/** Browsers may slow down or freeze a page that has been hidden for longer. */
export const pageSleepMs = 5000;

// Watches of media

/** Checks without a packet until a path is stalled: `silentMs` is divided among them, and the first sends a probe. */
export const pathChecks = 3;
/**
 * Between two checks of the streams that we send: tells a stream that is reported once a second from one that is not.
 */
export const outboundCheckMs = 2000;
/**
 * A stream that the peer has not reported for this long is stalled: reports come every 1 to 5 s (RFC 3550 section 6.2)
 * and may be lost.
 */
export const unreportedMs = 10_000;
/** The same for slower reports, in multiples of the interval between the last two. */
export const unreportedIntervals = 4;
/** That interval while there is one report: the longest that is usual (RFC 3550 section 6.2). */
export const reportIntervalMs = 5000;
/** What one check counts for at most: a page that slept between two has not been without reports for so long. */
export const maxOutboundCheckMs = 4000;
/**
 * Reports of the sender with nothing received meanwhile, after which a track is stalled: one may be older than the gap.
 */
export const stalledReports = 2;

// Diagnostics

/** `preflight` as a whole: browsers give a silent ICE server about as long. */
export const preflightTimeoutMs = 10_000;
/** Gathering that ends sooner than this did not wait for a silent ICE server: the server answered or failed. */
export const gatheredSoonMs = 5000;
/** What takes longer than this is worth a sentence of `explain`. */
export const noteworthyMs = 3000;
