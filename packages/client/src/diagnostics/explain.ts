import { noteworthyMs } from "../negotiation/time-constants.js";
import { explainIce, seconds } from "./explain-ice.js";
import type { Presence } from "@sig/protocol/page";
import type { ManagerState } from "../events.js";
import type { RecoveryStep } from "../negotiation/recovery.js";
import type { PeerState } from "../peer/peer.js";
import type { IceSnapshot } from "./ice-snapshot.js";

/** The current recovery of a peer. */
export interface RecoveryFacts {
  readonly step: Exclude<RecoveryStep, "recovered">;
  /** Counted from 1. */
  readonly attempt: number;
  /** Attempts before recovery gives up. */
  readonly attempts: number;
  /** Milliseconds since the path was last connected. */
  readonly forMs: number;
  readonly cause?: string | undefined;
}

/** Everything known about the connection with one peer: plain data. */
export interface PeerFacts {
  readonly state: PeerState;
  /** Milliseconds that `state` has lasted. */
  readonly stateForMs: number;
  /** Our own membership. */
  readonly signaling: ManagerState;
  /** Also `away` if the server no longer lists the peer. */
  readonly presence: Presence;
  /** Milliseconds that our offer has been unanswered. */
  readonly unansweredForMs?: number;
  readonly recovery?: RecoveryFacts | undefined;
  /** How long a first connection may take at most, in milliseconds. */
  readonly firstConnectionMs?: number | undefined;
  /** Absent while there is no connection. */
  readonly ice?: IceSnapshot | undefined;
}

const retrying = "another attempt is made from time to time";

/** The state of the connection with one peer and its likely causes, as `Peer.explain` returns them. */
export function explain(facts: PeerFacts): readonly string[] {
  const { state, ice } = facts;
  if (state === "closed") return ["The peer has left the room, or you have."];
  return [
    headline(facts),
    ...signaling(facts),
    ...(state === "connected" || ice === undefined ? [] : explainIce(ice)),
    ...excess(ice),
    ...bound(facts),
  ];
}

/** A call may go on, but its peer is not an honest one. */
function excess({ dropped }: Partial<IceSnapshot> = {}): string[] {
  return dropped ? [`The peer has sent too many candidates: ${String(dropped)} were dropped.`] : [];
}

function bound({ state, firstConnectionMs }: PeerFacts): string[] {
  return state === "connecting" && firstConnectionMs !== undefined
    ? [`A first connection is given up after ${seconds(firstConnectionMs)}.`]
    : [];
}

function headline({ state, stateForMs, recovery, ice }: PeerFacts): string {
  const time = seconds(stateForMs);
  switch (state) {
    case "waiting":
      return `Waiting for the peer's offer for ${time}.`;
    case "failed": {
      const cause = recovery?.cause === undefined ? "" : ` (${recovery.cause.replace(/\.$/, "")})`;
      return `No path to the peer was found${cause}; ${retrying}.`;
    }
    case "connected":
      return `Connected${path(ice)}.`;
    default: {
      const since =
        state === "reconnecting"
          ? `The path was lost ${seconds(recovery?.forMs ?? stateForMs)} ago`
          : `Connecting for ${time}`;
      if (recovery === undefined) return `${since}.`;
      const { step, attempt, attempts } = recovery;
      const count = step === "waiting" ? "" : ` (attempt ${String(attempt)} of ${String(attempts)})`;
      return `${since}; ${steps[step]}${count}.`;
    }
  }
}

const steps = {
  waiting: "it may come back by itself",
  "restarting-ice": "restarting ICE",
  rebuilding: "making a new connection",
  "gave-up": retrying,
};

function path(ice: IceSnapshot | undefined): string {
  if (ice?.path === undefined) return "";
  return ` ${ice.path.relayed ? "through a TURN relay" : "directly"} (${ice.path.protocol})`;
}

/** Why signals are not exchanged, and whether that matters now. */
function signaling({ state, signaling: own, presence, unansweredForMs = 0 }: PeerFacts): string[] {
  const affects = (problem: string, consequence: string): string[] => [
    `${problem}${state === "connected" ? "; the call itself continues" : `: ${consequence}`}.`,
  ];
  if (own === "reconnecting")
    return affects("The signaling server cannot be reached", "no offer or answer gets through until it is back");
  if (presence === "away")
    return affects("The peer has lost its connection to the signaling server", "it cannot answer until it is back");
  return unansweredForMs < noteworthyMs ? [] : [`The peer has not answered our offer for ${seconds(unansweredForMs)}.`];
}
