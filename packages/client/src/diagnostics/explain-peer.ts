import { explain, type PeerFacts } from "./explain.js";
import type { PeerSessionFacts } from "../peer/ports.js";
import { iceSnapshot } from "./ice-snapshot.js";

/**
 * Implements `Peer.explain`. `lostForMs`: milliseconds since the path was last connected. Loaded by the first call, because
 * most pages never call it.
 */
export async function explainPeer(
  { lostForMs, ...peer }: Omit<PeerFacts, "unansweredForMs" | "recovery" | "ice"> & { lostForMs: number },
  pair: PeerSessionFacts,
): Promise<readonly string[]> {
  const { step, attempt, cause } = pair.recovery;
  return explain({
    ...peer,
    ice: pair.ice && (await iceSnapshot(pair.ice)),
    recovery: step && { step, attempt, attempts: pair.attempts, forMs: lostForMs, cause },
    unansweredForMs: pair.phase === "have-local-offer" ? pair.exchangeForMs : 0,
  });
}
