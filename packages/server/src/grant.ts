import { validateJson, type Json, type Limits } from "@sig/protocol";
import { shown } from "./option-checks.js";

/** What the application says of a peer that it admits. A field that is absent keeps the value that the peer has. */
export interface Grant {
  /**
   * The application's name for the person or device behind the peer, 1 to 256 characters. Other peers do not receive
   * it. `find` and `kick` accept it, and a peer that is away gives its place in a full room to the same user.
   */
  readonly user?: string | undefined;
  /**
   * What other peers may rely on, such as a role: JSON within the limits of metadata. Peers with a key receive it, the
   * peer itself included. `null` removes what was there.
   */
  readonly attributes?: Json | undefined;
  /**
   * Milliseconds since 1970 at which `authorize` runs again, with the reason `renewal`. Absent: the peer is admitted
   * without an end.
   */
  readonly expiresAt?: number | undefined;
}

/** A grant for `authorize` to give back; with it the compiler finds a misspelled field. */
export function grant(fields: Grant): Grant {
  return { ...fields };
}

/** A time in seconds, as tokens have it, is below this for 3,000 years; one in milliseconds is above it since 1973. */
const leastMs = 1e11;
const maxUserLength = 256;

/**
 * Reads what `authorize` gave back. The attributes are copied: the application may change its object later.
 * @param now milliseconds since 1970
 * @returns a sentence for the application if it is invalid
 */
export function readGrant(
  given: object,
  limits: Pick<Limits, "metadata" | "jsonDepth">,
  now: number,
): { readonly ok: true; readonly grant: Grant } | { readonly ok: false; readonly problem: string } {
  const found = problemOf(given, limits, now);
  if (found !== undefined) return { ok: false, problem: found };
  const { user, attributes, expiresAt } = given as Grant;
  return {
    ok: true,
    grant: {
      ...(user !== undefined && { user }),
      ...(attributes !== undefined && { attributes: copyJson(attributes) }),
      ...(expiresAt !== undefined && { expiresAt }),
    },
  };
}

function problemOf(given: object, limits: Pick<Limits, "metadata" | "jsonDepth">, now: number): string | undefined {
  if (!isPlainObject(given))
    return problem(
      "an object of a class",
      "Give back true, false, a sentence or grant({ user, attributes, expiresAt })",
    );
  const { user, attributes, expiresAt, ...others } = given as Record<keyof Grant, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    return problem(
      `the unknown field ${shown(unknown)}`,
      "Known: user, attributes, expiresAt. Put what peers may see into attributes",
    );
  if (user !== undefined && (typeof user !== "string" || user === "" || user.length > maxUserLength))
    return problem("an invalid user", `Give a string of 1 to ${String(maxUserLength)} characters, or omit it`);
  return attributesProblem("attributes of a grant", attributes, limits) ?? expiryProblem(expiresAt, now);
}

function expiryProblem(expiresAt: unknown, now: number): string | undefined {
  if (expiresAt === undefined) return undefined;
  const found = `expiresAt = ${shown(expiresAt)}`;
  if (typeof expiresAt !== "number" || !Number.isFinite(expiresAt))
    return problem(found, "Give milliseconds since 1970, such as Date.now() + 3_600_000, or omit it");
  if (expiresAt < leastMs)
    return problem(`${found}, which looks like seconds`, 'Multiply the "exp" of a token by 1000');
  if (expiresAt <= now)
    return problem(`${found}, which is in the past`, "Reject the peer instead, or check the clocks of both servers");
  return undefined;
}

function problem(found: string, whatToDo: string): string {
  return `authorize gave back ${found}. ${whatToDo}.`;
}

/**
 * @param name what the value is, for the sentence
 * @returns a sentence if the value is not JSON within the limits of metadata
 */
export function attributesProblem(
  name: string,
  value: unknown,
  { metadata, jsonDepth }: Pick<Limits, "metadata" | "jsonDepth">,
): string | undefined {
  const validity = validateJson(value, metadata, jsonDepth);
  if (validity === "ok") return undefined;
  const rule = `JSON of at most ${String(metadata)} characters and ${String(jsonDepth)} levels`;
  return `${name} must be ${rule}; the value is ${validity.replaceAll("-", " ")}.`;
}

/** A copy of JSON that was validated, without the fields that are undefined. */
export function copyJson(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Whether it is an object literal, of any realm: an error or a row of a database is not. */
function isPlainObject(value: object): boolean {
  if (Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
