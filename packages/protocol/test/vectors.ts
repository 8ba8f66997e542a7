import { readFileSync, readdirSync } from "node:fs";

/** One message and its expected result. Without `payload` it is a call without arguments. */
export interface VectorCase {
  name: string;
  payload?: unknown;
  valid: boolean;
  /** The payload that a valid message is read as; absent if it is unchanged. */
  reads?: unknown;
  /** The code of the rejection of an invalid message. */
  code?: "BAD_PAYLOAD" | "TOO_LARGE";
  /** Set if a text holds a lone surrogate, which the JSON parsers of some languages reject. */
  loneSurrogate?: boolean;
}

export interface VectorFile {
  event: string;
  direction: "client" | "server";
  /** The limits of its reader: a server's `defaultLimits`, or a client's `readingLimits`. */
  limits: "default" | "reading";
  cases: VectorCase[];
}

const folder = new URL("../vectors/", import.meta.url);

/** The rows of a file whose vectors are not messages. */
export function readTable<Row>(name: string): Row[] {
  return (JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { cases: Row[] }).cases;
}

/** Messages of a device on a plain WebSocket, by their `type`. */
export interface DeviceVectorFile extends Pick<VectorFile, "limits" | "cases"> {
  type: string;
  direction: "from-device" | "to-device";
}

/** Every file of events, with its generators expanded. */
export function readVectors(): VectorFile[] {
  return readFiles<VectorFile>(/^(client|server)-.*\.json$/);
}

/** Every file of device messages, with its generators expanded. */
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

/** Expands the generators of vectors/README.md: `$repeat`, `$fill`, `$nest` and `$keys`. */
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

/** Nested arrays, `levels` deep. */
export function nest(levels: number): unknown[] {
  let list: unknown[] = [];
  for (let level = 1; level < levels; level += 1) list = [list];
  return list;
}
