import type { Presence } from "@sig/protocol";
import type { ManagerState } from "../events.js";
import { explainIce, seconds, usualMs } from "./explain-ice.js";
import type { RecoveryStep } from "../negotiation/recovery.js";
import type { PeerState } from "../peer/peer.js";
import type { IceSnapshot } from "./ice-snapshot.js";

/** What the recovery ladder does for a peer now. */
export interface RecoveryFacts {
  readonly step: Exclude<RecoveryStep, "recovered">;
  /** From 1. */
  readonly attempt: number;
  /** How many there are before it gives up. */
  readonly attempts: number;
  /** Milliseconds since the path was there last. */
  readonly forMs: number;
  readonly cause?: string | undefined;
}

/** All that is known about the connection with one peer, as plain data. */
export interface PeerFacts {
  readonly state: PeerState;
  /** Milliseconds that `state` has lasted. */
  readonly stateForMs: number;
  /** Our own way to the signaling server. */
  readonly signaling: ManagerState;
  /** `away` also where the server does not list the peer any more. */
  readonly presence: Presence;
  /** Milliseconds that an offer of ours has been without an answer. */
  readonly unansweredForMs?: number;
  readonly recovery?: RecoveryFacts | undefined;
  /** Absent while there is no connection. */
  readonly ice?: IceSnapshot | undefined;
}

const tryingStill = "it is tried again from time to time";

/** How it stands with one peer and why: what `Peer.explain` promises. */
export function explain(facts: PeerFacts): readonly string[] {
  const { state, ice } = facts;
  if (state === "closed") return ["The peer has left the room, or you have."];
  return [headline(facts), ...signaling(facts), ...(state === "connected" || ice === undefined ? [] : explainIce(ice))];
}

function headline({ state, stateForMs, recovery, ice }: PeerFacts): string {
  const time = seconds(stateForMs);
  switch (state) {
    case "waiting":
      return `Waiting for the peer's offer for ${time}.`;
    case "failed":
      return `No path to the peer was found${recovery?.cause === undefined ? "" : ` (${recovery.cause.replace(/\.$/, "")})`}; ${tryingStill}.`;
    case "connected":
      return `Connected${path(ice)}.`;
    default: {
      const since =
        state === "reconnecting"
          ? `The path was lost ${seconds(recovery?.forMs ?? stateForMs)} ago`
          : `Connecting for ${time}`;
      if (recovery === undefined) return `${since}.`;
      const { step, attempt, attempts } = recovery;
      return `${since}; ${steps[step]}${step === "waiting" ? "" : ` (attempt ${String(attempt)} of ${String(attempts)})`}.`;
    }
  }
}

const steps = {
  waiting: "it may come back by itself",
  "restarting-ice": "ICE is being restarted",
  rebuilding: "a new connection is being made",
  "gave-up": tryingStill,
};

function path(ice: IceSnapshot | undefined): string {
  if (ice?.path === undefined) return "";
  return ` ${ice.path.relayed ? "through a TURN relay" : "directly"} (${ice.path.protocol})`;
}

/** What keeps messages from being exchanged, and whether that matters. */
function signaling({ state, signaling: own, presence, unansweredForMs = 0 }: PeerFacts): string[] {
  const affects = (where: string, consequence: string): string[] => [
    `${where}${state === "connected" ? "; the call itself goes on" : consequence}.`,
  ];
  if (own === "reconnecting")
    return affects("The signaling server is away", ": nothing can be arranged with the peer until it is back");
  if (presence === "away")
    return affects("The peer has lost the signaling server", ": it cannot answer until it is back");
  return unansweredForMs < usualMs ? [] : [`The peer has not answered our offer for ${seconds(unansweredForMs)}.`];
}
