import { type ExitReason } from "@sig/protocol";
import { fromToken } from "./keys.js";
import { readRecord, type StoredEntry } from "./records.js";

/** One change of a room, as its script publishes it. */
export type RoomChange = { readonly room: string; readonly id: string; readonly version: number } & (
  | { readonly stored: StoredEntry }
  | { readonly stored?: undefined; readonly session: string; readonly reason: ExitReason }
);

/** What arrives on the channel of a node. */
export type Envelope =
  | { readonly type: "change"; readonly change: RoomChange }
  | { readonly type: "messages"; readonly messages: readonly unknown[] }
  /** The node's own heartbeat: the subscription works. */
  | { readonly type: "heartbeat" };

/**
 * For a node that reads `lists`.
 * @param messages as JSON, one or more
 */
export function messagesEnvelope(messages: readonly string[]): string {
  return `messages\n[${messages.join(",")}]`;
}

/**
 * For a node that reads no lists.
 * @param message as JSON
 */
export function messageEnvelope(message: string): string {
  return `message\n${message}`;
}

/** @returns absent for what no script and no node of ours publishes */
export function readEnvelope(text: string): Envelope | undefined {
  if (text === "heartbeat") return { type: "heartbeat" };
  const end = text.indexOf("\n");
  const [header, body] = end < 0 ? [text, undefined] : [text.slice(0, end), text.slice(end + 1)];
  if (header === "message" || header === "messages")
    return body === undefined ? undefined : readMessages(body, header === "messages");
  const change = readChange(header.split(" "), body);
  return change === undefined ? undefined : { type: "change", change };
}

/** @param isList false for one message, which nodes of an earlier version send */
function readMessages(json: string, isList: boolean): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const messages = isList ? value : [value];
    return Array.isArray(messages) ? { type: "messages", messages } : undefined;
  } catch {
    return undefined;
  }
}

function readChange(header: readonly string[], record: string | undefined): RoomChange | undefined {
  const [type, version = "", ...tokens] = header;
  if (!/^\d{1,16}$/.test(version)) return undefined;
  const [room, id, session, reason] = tokens.map(fromToken);
  if (room === undefined || id === undefined) return undefined;
  const common = { room, id, version: Number(version) };
  if (type === "set" && tokens.length === 2) {
    const stored = readRecord(id, record);
    return stored && { ...common, stored };
  }
  if (type !== "end" || tokens.length !== 4 || record !== undefined) return undefined;
  return session === undefined || reason === undefined
    ? undefined
    : { ...common, session, reason: reason as ExitReason };
}
