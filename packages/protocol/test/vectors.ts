import { readFileSync, readdirSync } from "node:fs";

/** One message and what becomes of it. Without `payload` it is a call without arguments. */
export interface VectorCase {
  name: string;
  payload?: unknown;
  valid: boolean;
  /** What a valid message reads as; absent where it comes out as it went in. */
  reads?: unknown;
  /** The code of the refusal of an invalid one. */
  code?: "BAD_PAYLOAD" | "TOO_LARGE";
  /** Set where a text holds half a surrogate pair, which not every language's JSON can read. */
  loneSurrogate?: boolean;
}

export interface VectorFile {
  event: string;
  direction: "client" | "server";
  /** Which bounds it is judged by: a server's `defaultLimits`, or a client's `readingLimits`. */
  limits: "default" | "reading";
  cases: VectorCase[];
}

const folder = new URL("../vectors/", import.meta.url);

/** A file of vectors that are no messages, as it is. */
export function readTable<Row>(name: string): Row[] {
  return (JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { cases: Row[] }).cases;
}

/** Messages of a device on a plain WebSocket, by their `type`. */
export interface DeviceVectorFile extends Pick<VectorFile, "limits" | "cases"> {
  type: string;
  direction: "from-device" | "to-device";
}

/** Every file of events, with its generators written out. */
export function readVectors(): VectorFile[] {
  return readFiles<VectorFile>(/^(client|server)-.*\.json$/);
}

/** Every file of messages of devices, with its generators written out. */
export function readDeviceVectors(): DeviceVectorFile[] {
  return readFiles<DeviceVectorFile>(/^(from|to)-device-.*\.json$/);
}

function readFiles<File extends { cases: VectorCase[] }>(names: RegExp): File[] {
  return readdirSync(folder)
    .filter((name) => names.test(name))
    .map((name) => {
      const file = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as File;
      return { ...file, cases: file.cases.map((entry) => expand(entry) as VectorCase) };
    });
}

/** Writes out what vectors/README.md calls generators: `$repeat`, `$fill`, `$nest` and `$keys`. */
export function expand(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(expand);
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? (entries[0] as [string, unknown]) : ["", undefined];
  switch (name) {
    case "$repeat": {
      const [text, count] = argument as [string, number];
      return text.repeat(count);
    }
    case "$fill": {
      const [item, count] = argument as [unknown, number];
      return Array.from({ length: count }, () => expand(item));
    }
    case "$nest":
      return nest(argument as number);
    case "$keys": {
      const [prefix, count, item] = argument as [string, number, unknown];
      return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, expand(item)]));
    }
    default:
      // Not by assignment: a key named `__proto__` stays a key.
      return Object.fromEntries(entries.map(([key, item]) => [key, expand(item)]));
  }
}

/** So many lists, each within the one before. */
export function nest(levels: number): unknown[] {
  let list: unknown[] = [];
  for (let level = 1; level < levels; level += 1) list = [list];
  return list;
}
