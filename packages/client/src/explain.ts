import type { Presence } from "@sig/protocol";
import type { ManagerState } from "./events.js";
import { explainIce, seconds } from "./explain-ice.js";
import type { PeerState } from "./peer.js";
import type { IceSnapshot } from "./webrtc/ice-facts.js";

/** What the recovery ladder does for a peer now. */
export interface RecoveryFacts {
  readonly step: "waiting" | "restarting-ice" | "rebuilding" | "gave-up";
  /** From 1. */
  readonly attempt: number;
  /** How many there are before it gives up. */
  readonly attempts: number;
  /** Milliseconds since the path was lost. */
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
  readonly presence: Presence;
  /** Whether the server does not list the peer any more. */
  readonly missing: boolean;
  /** What of the negotiation is under way, and since when. */
  readonly negotiation?: { readonly phase: "offering" | "answering" | "applying-answer"; readonly forMs: number } | undefined;
  readonly recovery?: RecoveryFacts | undefined;
  /** Absent while there is no connection. */
  readonly ice?: IceSnapshot | undefined;
}

/** What takes no longer than this is how it always goes. */
const noteworthyMs = 3000;

/**
 * How it stands with one peer and why, in sentences for people: how it is connected first, then what stands in the way,
 * the likeliest first. Never addresses of people, credentials or SDP; the URL of a STUN or TURN server may be in it.
 */
export function explain(facts: PeerFacts): readonly string[] {
  if (facts.state === "closed") return ["The peer has left the room, or you have."];
  const path = facts.state === "connected" || facts.ice === undefined ? [] : explainIce(facts.ice);
  return [headline(facts), ...signaling(facts), ...negotiation(facts), ...path];
}

function headline({ state, stateForMs, recovery, ice, presence }: PeerFacts): string {
  switch (state) {
    case "waiting":
      return presence === "away" ? "The peer is away from the signaling server and has not connected yet." : `Waiting for the peer's offer for ${seconds(stateForMs)}: who comes later offers.`;
    case "connecting":
      return recovery === undefined ? `Connecting for ${seconds(stateForMs)}.` : `No path was found for ${seconds(recovery.forMs)}; ${doing(recovery)}.`;
    case "reconnecting":
      return recovery === undefined ? `The path was lost ${seconds(stateForMs)} ago.` : `The path was lost ${seconds(recovery.forMs)} ago; ${doing(recovery)}.`;
    case "failed":
      return failed(recovery);
    default:
      return connected(ice);
  }
}

function doing({ step, attempt, attempts }: RecoveryFacts): string {
  const count = `(attempt ${String(attempt)} of ${String(attempts)})`;
  if (step === "restarting-ice") return `ICE is being restarted ${count}`;
  if (step === "rebuilding") return `a new connection is being made ${count}`;
  return step === "waiting" ? "it may come back by itself" : "it is tried again from time to time";
}

function failed(recovery: RecoveryFacts | undefined): string {
  if (recovery === undefined) return "No path to the peer was found.";
  const cause = recovery.cause === undefined ? "" : ` (${recovery.cause})`;
  return `No path to the peer was found in ${String(recovery.attempts)} attempts${cause}; it is tried again from time to time.`;
}

function connected(ice: IceSnapshot | undefined): string {
  const path = ice?.path;
  if (path === undefined) return "Connected.";
  if (path.local === "relay") return `Connected through a TURN relay (${path.protocol}).`;
  if (path.remote === "relay") return `Connected through the peer's TURN relay (${path.protocol}).`;
  return path.local === "host" && path.remote === "host" ? `Connected directly, on one network (${path.protocol}).` : `Connected directly (${path.protocol}).`;
}

function signaling({ state, signaling: own, presence, missing }: PeerFacts): string[] {
  const goesOn = state === "connected";
  if (own === "reconnecting") {
    return [goesOn ? "The signaling server is away; the call itself goes on." : "The signaling server is away: nothing can be arranged with the peer until it is back."];
  }
  if (missing) return [goesOn ? "The server does not list the peer any more; the call itself goes on." : "The server does not list the peer any more: it may be on its way back."];
  if (presence === "online" || state === "waiting") return [];
  return [goesOn ? "The peer has lost the signaling server; the call itself goes on." : "The peer has lost the signaling server: it cannot answer until it is back."];
}

function negotiation({ negotiation: current, signaling: own, presence }: PeerFacts): string[] {
  // Who cannot be reached cannot answer: that is said already.
  if (current === undefined || current.forMs < noteworthyMs || own !== "joined" || presence === "away") return [];
  const time = seconds(current.forMs);
  if (current.phase === "offering") return [`The peer has not answered our offer for ${time}.`];
  return [current.phase === "answering" ? `The peer's offer has not been answered for ${time}: this browser is still at it.` : `The peer's answer has not been applied for ${time}: this browser is still at it.`];
}
