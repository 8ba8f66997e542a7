import type { RecoveryState } from "../negotiation/recovery.js";
import type { PeerState } from "./peer.js";

/** The state of a peer that has not left, from its connection and its recovery. */
export function peerState(connected: boolean, inUse: boolean, { step, wasConnected }: RecoveryState): PeerState {
  if (connected) return "connected";
  // Further attempts are made quietly: only a success is reported.
  if (step === "gave-up") return "failed";
  if (wasConnected) return "reconnecting";
  return inUse ? "connecting" : "waiting";
}
