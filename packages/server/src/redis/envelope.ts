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
  | { readonly type: "message"; readonly message: unknown }
  /** The node's own heartbeat: the subscription works. */
  | { readonly type: "heartbeat" };

export function messageEnvelope(message: unknown): string {
  // A value that JSON does not have arrives as null.
  const json = JSON.stringify(message) as string | undefined;
  return `message\n${json ?? "null"}`;
}

/** @returns absent for what no script and no node of ours publishes */
export function readEnvelope(text: string): Envelope | undefined {
  if (text === "heartbeat") return { type: "heartbeat" };
  const end = text.indexOf("\n");
  const [header, body] = end < 0 ? [text, undefined] : [text.slice(0, end), text.slice(end + 1)];
  if (header === "message") return body === undefined ? undefined : readMessage(body);
  const change = readChange(header.split(" "), body);
  return change === undefined ? undefined : { type: "change", change };
}

function readMessage(json: string): Envelope | undefined {
  try {
    return { type: "message", message: JSON.parse(json) };
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
