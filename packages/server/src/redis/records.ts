import { type RosterEntry } from "../roster/roster.js";
import { fromToken, toToken } from "./keys.js";

/**
 * What the store holds of one member. Scripts read only the header before the JSON text of the entry: a Lua script that
 * wrote JSON again would turn `[]` into `{}`, and long numbers into others.
 */
export interface StoredEntry {
  readonly entry: RosterEntry;
  /**
   * The version at which this session got the id. Of two nodes that claim an id, the higher one wins: also when both
   * restore it into a store that has lost everything.
   */
  readonly claim: number;
  /** The version at which the id joined: its place in the order of the room. */
  readonly place: number;
  /** The node that changes and restores it. */
  readonly owner: string;
}

const recordPattern = /^(\d{1,16}) (\d{1,16}) (\S*) (\S*) ([01])\n(.*)$/s;

/** A record without its claim, which the script sets. */
export function recordTail({ entry, place, owner }: Omit<StoredEntry, "claim">): string {
  return `${String(place)} ${entryTail(entry, owner)}`;
}

/** A record without its claim and its place, which the script sets. */
export function entryTail(entry: RosterEntry, owner: string): string {
  const header = `${toToken(owner)} ${toToken(entry.session)} ${entry.keyed ? "1" : "0"}`;
  return `${header}\n${JSON.stringify(entry)}`;
}

/** @returns absent if the record is not one of ours */
export function readRecord(id: string, record: unknown): StoredEntry | undefined {
  if (typeof record !== "string") return undefined;
  const [, claim, place, owner, session, keyed, json] = recordPattern.exec(record) ?? [];
  if (json === undefined || owner === undefined || session === undefined) return undefined;
  const [node, entry] = [fromToken(owner), readEntry(json)];
  if (node === undefined || entry?.id !== id) return undefined;
  if (toToken(entry.session) !== session || entry.keyed !== (keyed === "1")) return undefined;
  return { entry, claim: Number(claim), place: Number(place), owner: node };
}

/** Fields that this version does not know are kept as they are. */
function readEntry(json: string): RosterEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  return isEntry(value) ? value : undefined;
}

function isEntry(value: unknown): value is RosterEntry {
  if (typeof value !== "object" || value === null) return false;
  const { id, session, keyed, state, node, user, features, joinedAt } = value as Record<string, unknown>;
  return (
    typeof id === "string" &&
    typeof session === "string" &&
    typeof keyed === "boolean" &&
    (state === "online" || state === "away") &&
    ["string", "undefined"].includes(typeof node) &&
    ["string", "undefined"].includes(typeof user) &&
    ["number", "undefined"].includes(typeof joinedAt) &&
    (features === undefined || (Array.isArray(features) && features.every((feature) => typeof feature === "string")))
  );
}
