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
  const { attempts, exchangeForMs } = recovery;
  const { step, attempt, cause } = recovery.state;
  return explain({
    ...peer,
    stateForMs: now - stateSince,
    ice: connection && (await iceSnapshot(connection, now).catch(() => undefined)),
    recovery: step && { step, attempt, attempts, forMs: now - lostSince, cause },
    unansweredForMs: connection?.phase === "have-local-offer" ? exchangeForMs : 0,
  });
}
