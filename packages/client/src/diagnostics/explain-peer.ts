import type { PeerSessionFacts } from "../peer/ports.js";
import { explain, type PeerFacts } from "./explain.js";
import { iceSnapshot } from "./ice-snapshot.js";

/** By the clock of the settings. */
export interface PeerTimes {
  readonly now: number;
  /** When the state was entered. */
  readonly stateSince: number;
  /** When the path was lost, or the peer joined. */
  readonly lostSince: number;
}

/** Implements `Peer.explain`. Loaded when a peer is connected. */
export async function explainPeer(
  peer: Pick<PeerFacts, "state" | "signaling" | "presence">,
  { now, stateSince, lostSince }: PeerTimes,
  { connection, recovery }: PeerSessionFacts,
): Promise<readonly string[]> {
  const { limits, exchangeForMs } = recovery;
  const { step, attempt, cause, wasConnected } = recovery.state;
  const attempts = limits.restarts + limits.rebuilds;
  return explain({
    ...peer,
    stateForMs: now - stateSince,
    ice: connection && (await iceSnapshot(connection, now).catch(() => undefined)),
    recovery: step && { step, attempt, attempts, forMs: now - lostSince, cause },
    firstConnectionMs: wasConnected ? undefined : firstConnectionMs(recovery),
    unansweredForMs: connection?.phase === "have-local-offer" ? exchangeForMs : 0,
  });
}

/** How long a peer that was never connected is `connecting` at most, while it is reachable. */
function firstConnectionMs({ state, times, limits }: PeerSessionFacts["recovery"]): number {
  const { restarts, rebuilds } = limits;
  const delays = state.polite ? (restarts + rebuilds) * times.politeDelayMs : 0;
  return times.connectMs + restarts * times.restartMs + rebuilds * times.rebuildMs + delays;
}
