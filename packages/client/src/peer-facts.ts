import type { PeerFacts } from "./explain.js";
import type { PairFacts } from "./pair.js";

const stepOf = { nothing: undefined, waiting: "waiting", restart: "restarting-ice", rebuild: "rebuilding", "gave-up": "gave-up" } as const;

/** What `explain` is told: how the peer stands, and how the pair does. `lostForMs` is since the path was there last. */
export function peerFacts({ lostForMs, ...peer }: Omit<PeerFacts, "unansweredForMs" | "recovery" | "ice"> & { lostForMs: number }, pair: PairFacts): PeerFacts {
  const { doing, attempt, cause } = pair.recovery;
  const step = stepOf[doing];
  return {
    ...peer,
    ice: pair.ice,
    recovery: step && { step, attempt, attempts: pair.attempts, forMs: lostForMs, cause },
    unansweredForMs: pair.phase === "offered" ? pair.exchangeForMs : 0,
  };
}
