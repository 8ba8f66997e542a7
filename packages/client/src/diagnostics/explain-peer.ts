import { iceSnapshot } from "./ice-snapshot.js";
import { explain, type PeerFacts } from "./explain.js";
import type { ManagerState } from "../events.js";
import type { Clock } from "../util/clock.js";
import type { PeerSessionFacts } from "../peer/ports.js";

interface ExplainedPeer extends Pick<PeerFacts, "state" | "presence"> {
  readonly session: { readonly facts: PeerSessionFacts };
}

interface ExplainedRoom {
  /** Our own membership. */
  readonly state: ManagerState;
  readonly settings: { readonly clock: Clock };
}

/**
 * Implements `Peer.explain`. Loaded when a peer is connected. `stateSince` is when the state was entered, `lostSince`
 * when the path was lost or the peer joined, by the clock of the settings.
 */
export async function explainPeer(
  { state, presence, session }: ExplainedPeer,
  { state: signaling, settings }: ExplainedRoom,
  stateSince: number,
  lostSince: number,
): Promise<readonly string[]> {
  const { connection, recovery } = session.facts;
  const now = settings.clock.now();
  const { limits, exchangeForMs } = recovery;
  const { step, attempt, cause, wasConnected } = recovery.state;
  const attempts = limits.restarts + limits.rebuilds;
  return explain({
    state,
    signaling,
    presence,
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
