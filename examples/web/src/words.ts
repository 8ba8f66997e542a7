import { SignalingError, type ExitReason, type ManagerState, type PeerState, type RecoveryStep } from "@sig/client";

/** Every state in a sentence for the person in front of it. */
export const managerWords: Record<ManagerState, string> = {
  idle: "Not in a room yet.",
  joining: "Asking to be let in…",
  joined: "You are in the room.",
  reconnecting: "Reconnecting to the server; the call goes on.",
  left: "You have left the room.",
};

const peerWords: Record<PeerState, string> = {
  waiting: "Waiting for their call",
  connecting: "Connecting",
  connected: "Connected",
  reconnecting: "Reconnecting: the path was lost",
  failed: "No way through to them",
  closed: "Gone",
};

const stepWords: Partial<Record<RecoveryStep, string>> = {
  "restarting-ice": ", trying another way",
  rebuilding: ", connecting anew",
};

/** How one is connected with somebody. `step`: what is being done about it. */
export function connectionWords(state: PeerState, step: RecoveryStep | undefined): string {
  const busy = state === "reconnecting" && step !== undefined ? stepWords[step] : undefined;
  return peerWords[state] + (busy ?? "");
}

export function leftWords(name: string, reason: ExitReason): string {
  if (reason === "lost") return `${name} lost the connection.`;
  if (reason === "kicked") return `${name} was removed.`;
  return `${name} left.`;
}

const errorWords: Partial<Record<SignalingError["code"], string>> = {
  UNAUTHORIZED: "This server did not let you in.",
  ROOM_FULL: "This room is full. Try again when somebody has left.",
  ROOM_LIMIT: "This connection is in too many rooms already. Leave one of them first.",
  KICKED: "You were removed from the room.",
  REPLACED: "You joined from another page, and that one has taken over.",
  RATE_LIMITED: "That was too much at once. Wait a moment and try again.",
  TOO_LARGE: "That is more than the server takes.",
  CLOSING: "The server is shutting down. Try again in a moment.",
  TIMEOUT: "The server does not answer. Check your connection and try again.",
  BACKPRESSURE: "The connection is too slow for this: not everybody has got it yet.",
};

/** Any error as a sentence. */
export function errorSentence(error: unknown): string {
  if (error instanceof SignalingError) return errorWords[error.code] ?? error.message;
  return error instanceof Error && error.message !== ""
    ? `Something went wrong: ${error.message}`
    : "Something went wrong.";
}
