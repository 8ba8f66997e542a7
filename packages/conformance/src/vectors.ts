import { createRequire } from "node:module";

/** One golden vector; packages/protocol/vectors/README.md describes the format. */
export interface Vector {
  readonly name: string;
  readonly payload?: unknown;
  readonly valid: boolean;
  readonly reads?: unknown;
  readonly code?: string;
}

/** The Socket.IO client throws before sending a value that is nested some thousand levels deep. */
const sendableDepth = 500;

/** The vectors of one client event that can be sent, with their generators expanded. */
export function vectorsOf(event: string): Vector[] {
  const file = createRequire(import.meta.url)(`@sig/protocol/vectors/client-${event}.json`) as { cases: Vector[] };
  return file.cases.map((each) => expand(each) as Vector).filter(({ payload }) => !isDeeper(payload, sendableDepth));
}

function expand(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(expand);
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? (entries[0] as [string, unknown]) : ["", undefined];
  const list = argument as [never, number, unknown];
  if (name === "$repeat") return (list[0] as string).repeat(list[1]);
  if (name === "$fill") return Array.from({ length: list[1] }, () => expand(list[0]));
  if (name === "$nest") return nest(argument as number);
  if (name === "$keys")
    return Object.fromEntries(
      Array.from({ length: list[1] }, (_, index) => [`${String(list[0])}${String(index)}`, expand(list[2])]),
    );
  // `fromEntries` instead of assignment: a key named `__proto__` stays a key.
  return Object.fromEntries(entries.map(([key, item]) => [key, expand(item)]));
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

/** Arrays nested this many levels deep. */
function nest(levels: number): unknown[] {
  let list: unknown[] = [];
  for (let level = 1; level < levels; level += 1) list = [list];
  return list;
}
