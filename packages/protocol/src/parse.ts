import * as z from "zod/mini";
import { rejection, type Rejection } from "./error.js";

/** A payload that was read, or the rejection of an invalid one. */
export type Parsed<Value> = { ok: true; value: Value } | Rejection;

/**
 * Reads a payload by its schema: known fields only. An invalid payload gives a rejection with the code `BAD_PAYLOAD`,
 * or `TOO_LARGE` past a bound. Never throws, and the message does not repeat the value.
 */
export function parse<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): Parsed<z.output<Schema>> {
  try {
    const result = z.safeParse(schema, value);
    if (result.success) return { ok: true, value: result.data };
    return explain(result.error.issues);
  } catch {
    return rejection("BAD_PAYLOAD", "The payload could not be read.");
  }
}

/** As `parse`, without an explanation: `undefined` if the payload is invalid. */
export function read<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> | undefined {
  try {
    return z.safeParse(schema, value).data;
  } catch {
    return undefined;
  }
}

/** An issue of zod's, as far as it is read here. */
interface Issue {
  code?: string | undefined;
  path?: readonly PropertyKey[] | undefined;
  message?: string | undefined;
  expected?: unknown;
  maximum?: number | bigint | undefined;
  values?: readonly unknown[] | undefined;
  errors?: readonly (readonly Issue[])[] | undefined;
}

function explain(issues: readonly Issue[]): Rejection {
  const [issue, path] = deepest(issues);
  const field = path.length === 0 ? "The payload" : `"${path.map(String).join(".")}"`;
  if (issue.code === "too_big") {
    return rejection("TOO_LARGE", `${field} is too long: expected at most ${String(issue.maximum)} characters.`);
  }
  if (issue.expected === "nonoptional") return rejection("BAD_PAYLOAD", `${field} is missing.`);
  return rejection("BAD_PAYLOAD", `${field} is invalid: expected ${expectationOf(issue)}.`);
}

function expectationOf({ expected, values, message }: Issue): string {
  if (expected === "object") return "an object";
  return values === undefined ? String(message) : values.map((value) => JSON.stringify(value)).join(" or ");
}

/** A union fails once for each of its members: the member whose shape the value has explains the failure. */
function deepest(issues: readonly Issue[]): [Issue, readonly PropertyKey[]] {
  const issue = issues[0] ?? {};
  const path = issue.path ?? [];
  const members = (issue.errors ?? []).filter((member) => member.length > 0);
  const fitting = members.find((member) => member[0]?.code !== "invalid_type") ?? members[0];
  if (fitting === undefined) return [issue, path];
  const [inner, innerPath] = deepest(fitting);
  return [inner, [...path, ...innerPath]];
}
