/**
 * The defaults of the option `recovery`, with the reason for each value; docs/recovery.md shows how they play together.
 */
export const defaultRecovery = {
  /** The bound of the first random wait before another join: a short restart of the server is over by then. */
  rejoinDelayMs: 500,
  /** The largest such bound, after doubling: a user who waits for the server to return waits no longer than this. */
  rejoinMaxDelayMs: 10_000,
  /** How long an unconnected peer that the server no longer lists is kept: the grace time of the server's `graceMs`. */
  absentMs: 30_000,
  /** A path without packets for this long is stalled. ICE itself takes 5 s (Chromium) to 10 s (Firefox) to notice. */
  silentMs: 1000,
  /** An offer without an answer is sent again after this: longer than a slow device takes to answer. */
  answerMs: 10_000,
  /** Most interruptions end within two seconds, without a restart. */
  disconnectedMs: 2000,
  /**
   * More than a round trip through the server, so that the impolite side's offer arrives before the polite side begins.
   */
  politeDelayMs: 1000,
  /** How many ICE restarts are tried: the first may itself be lost with the path. */
  restarts: 2,
  /** Gathering, signaling and checks of one ICE restart, over TURN as well. */
  restartMs: 8000,
  /** How many new connections are tried. */
  rebuilds: 3,
  /** The first of them; the second may take twice as long, the third three times. DTLS comes on top of ICE. */
  rebuildMs: 12_000,
  /** A first connection: more than the 39.5 s that ICE may need (RFC 8863). */
  connectMs: 45_000,
  /** A peer that is to make the first offer is given as long as one that is to answer. */
  offerMs: 10_000,
  /** Between two attempts after `gave-up`: rare enough to cost nothing. */
  retryMs: 45_000,
};
