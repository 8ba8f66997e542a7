import { SignalingError, type ExitReason, type ManagerState, type PeerState, type RecoveryStep } from "@sig/client";

/** Every manager state as a sentence. */
export const managerTexts: Record<ManagerState, string> = {
  idle: "Not in a room yet.",
  joining: "Joining the room…",
  joined: "You are in the room.",
  reconnecting: "Reconnecting to the server; the call goes on.",
  left: "You left the room.",
};

/** The same in a word or two, for the bar. */
export const managerWords: Record<ManagerState, string> = {
  idle: "Not in a room",
  joining: "Joining…",
  joined: "In the room",
  reconnecting: "Reconnecting…",
  left: "Not in a room",
};

const peerTexts: Record<PeerState, string> = {
  waiting: "Waiting for them to connect",
  connecting: "Connecting",
  connected: "Connected",
  reconnecting: "Connection lost, reconnecting",
  failed: "Cannot connect",
  closed: "Left",
};

const recoveryTexts: Partial<Record<RecoveryStep, string>> = {
  "restarting-ice": "Connection lost, trying another path",
  rebuilding: "Connection lost, making a new connection",
};

/** The state of the connection with a person in a list; empty where there is nothing to say. */
export const peerWords: Record<PeerState, string> = {
  waiting: "not connected yet",
  connecting: "connecting…",
  connected: "",
  reconnecting: "reconnecting…",
  failed: "cannot connect",
  closed: "left",
};

/** The state of the connection with one peer, and the recovery step that is in progress. */
export function connectionText(state: PeerState, step: RecoveryStep | undefined): string {
  const recovery = state === "reconnecting" && step !== undefined ? recoveryTexts[step] : undefined;
  return recovery ?? peerTexts[state];
}

/** Keeps the direction of a name from changing the order of the words around it. */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}

export function exitText(name: string, reason: ExitReason): string {
  if (reason === "lost") return `${name} lost the connection.`;
  if (reason === "kicked") return `${name} was removed.`;
  return `${name} left.`;
}

export const noAnswerText = "The server does not answer. Check your connection and try again.";

const errorTexts: Partial<Record<SignalingError["code"], string>> = {
  ROOM_FULL: "This room is full. Try again when somebody has left.",
  ROOM_LIMIT: "This connection is in too many rooms. Leave one of them first.",
  REPLACED: "You joined from another page, and that page replaced this one.",
  RATE_LIMITED: "Too many requests. Wait a moment and try again.",
  TOO_LARGE: "This is too large for the server.",
  CLOSING: "The server is shutting down. Try again in a moment.",
  TIMEOUT: noAnswerText,
  BACKPRESSURE: "Your connection is too slow: not everybody has received this yet.",
};

/** Of the client and of the server, where the application gave none. */
const defaultSentences: readonly string[] = ["The application removed you.", "The peer was removed from this room."];

/**
 * A sentence for any error. Use `SignalingError.code` to choose your own texts, as here. What the application itself
 * says, in `authorize` and `kick`, is shown as it is.
 */
export function errorText(error: unknown): string {
  if (error instanceof SignalingError) {
    if (error.code !== "KICKED") return errorTexts[error.code] ?? error.message;
    const removed = "You were removed from the room.";
    return defaultSentences.includes(error.message) ? removed : `${removed} ${error.message}`;
  }
  return error instanceof Error && error.message !== ""
    ? `Something went wrong: ${error.message}`
    : "Something went wrong.";
}
