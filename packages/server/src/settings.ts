import {
  createServerEvents,
  defaultLimits,
  parse,
  readingLimits,
  type IceServer,
  type Limits,
  type StandardSchemaV1,
} from "@sig/protocol";
import { type AuthorizeRequest, type IceServersFor, type SignalingOptions, type Verdict } from "./options.js";
import { defaultRateLimit, type RateLimit } from "./rate-limiter.js";
import { MemoryRoster } from "./roster/memory-roster.js";
import { type Roster } from "./roster/roster.js";

/** The options, judged and filled up. */
export interface Settings {
  readonly iceServers: readonly IceServer[] | IceServersFor | undefined;
  readonly authorize: ((request: AuthorizeRequest) => Verdict | PromiseLike<Verdict>) | undefined;
  readonly metadata: StandardSchemaV1 | undefined;
  readonly messages: ReadonlyMap<string, StandardSchemaV1> | undefined;
  readonly maxPeersPerRoom: number;
  readonly maxRoomsPerSocket: number;
  readonly graceMs: number;
  readonly authorizeTimeoutMs: number;
  readonly limits: Limits;
  readonly rateLimit: RateLimit | undefined;
  readonly roster: Roster;
}

/** The longest that a timer of JavaScript can wait, about 25 days. */
export const longestDelayMs = 2 ** 31 - 1;

const optionNames: Record<keyof SignalingOptions, true> = {
  iceServers: true,
  authorize: true,
  metadata: true,
  messages: true,
  maxPeersPerRoom: true,
  maxRoomsPerSocket: true,
  graceMs: true,
  authorizeTimeoutMs: true,
  limits: true,
  rateLimit: true,
  roster: true,
  logger: true,
};

/** @throws TypeError that names the option that cannot be meant */
export function settle(options: SignalingOptions): Settings {
  // What is not written in TypeScript arrives unjudged: a misspelt `authorize` must not leave the door open.
  knownNames("the options", options, optionNames);
  methods("logger", options.logger, ["debug", "info", "warn", "error"]);
  methods("roster", options.roster, ["add", "update", "remove", "ban", "find", "list", "rooms"]);
  return {
    iceServers: iceServers(options.iceServers),
    authorize: authorize(options.authorize),
    metadata: options.metadata === undefined ? undefined : schema("metadata", options.metadata),
    messages: messages(options.messages),
    maxPeersPerRoom: whole("maxPeersPerRoom", options.maxPeersPerRoom ?? 64, 1),
    maxRoomsPerSocket: whole("maxRoomsPerSocket", options.maxRoomsPerSocket ?? 8, 1),
    graceMs: whole("graceMs", options.graceMs ?? 30_000, 0, longestDelayMs),
    authorizeTimeoutMs: whole("authorizeTimeoutMs", options.authorizeTimeoutMs ?? 5_000, 1, longestDelayMs),
    limits: limits(options.limits),
    rateLimit: options.rateLimit === false ? undefined : rateLimit(options.rateLimit),
    roster: options.roster ?? new MemoryRoster(),
  };
}

/** @throws TypeError where the value is no whole number within the bounds */
export function whole(name: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new TypeError(
    `${name} must be a whole number from ${String(least)}${most === Number.MAX_SAFE_INTEGER ? "" : ` to ${String(most)}`}.`,
  );
}

function record(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${name} must be an object.`);
  return value as Record<string, unknown>;
}

/** @throws TypeError where a name is none of those known */
export function knownNames(name: string, value: unknown, known: object): void {
  const stranger = Object.keys(record(name, value)).find((key) => !Object.hasOwn(known, key));
  if (stranger !== undefined) throw new TypeError(`${name}: there is no "${stranger}".`);
}

/** @throws TypeError where something is given that lacks a method */
export function methods(name: string, value: unknown, wanted: readonly string[]): void {
  if (value === undefined) return;
  const given: Record<string, unknown> = typeof value === "function" ? {} : record(name, value);
  const missing = wanted.find((method) => typeof given[method] !== "function");
  if (missing !== undefined) throw new TypeError(`${name} must have a method "${missing}".`);
}

function limits(given: unknown): Limits {
  if (given === undefined) return defaultLimits;
  knownNames("limits", given, defaultLimits);
  const settled = { ...defaultLimits };
  for (const [name, value] of Object.entries(record("limits", given))) {
    if (value === undefined) continue;
    // Beyond these no client reads.
    settled[name as keyof Limits] = whole(`limits.${name}`, value, 1, readingLimits[name as keyof Limits]);
  }
  return settled;
}

function rateLimit(given: unknown): RateLimit {
  if (given === undefined) return defaultRateLimit;
  knownNames("rateLimit", given, defaultRateLimit);
  const settled = { ...defaultRateLimit };
  for (const [name, value] of Object.entries(record("rateLimit", given))) {
    if (value === undefined) continue;
    const valid =
      typeof value === "number" && Number.isFinite(value) && (name === "burstPerPeer" ? value >= 0 : value > 0);
    if (!valid)
      throw new TypeError(
        `rateLimit.${name} must be a ${name === "burstPerPeer" ? "number from 0" : "positive number"}.`,
      );
    settled[name as keyof RateLimit] = value;
  }
  return settled;
}

function iceServers(given: unknown): Settings["iceServers"] {
  if (given === undefined || typeof given === "function") return given as IceServersFor | undefined;
  const read = parse(createServerEvents(readingLimits).iceServers, { iceServers: given });
  if (!read.ok)
    throw new TypeError(
      `iceServers must be a list of { urls, username?, credential? }, or a function that makes one. ${read.message}`,
    );
  return read.value.iceServers;
}

function authorize(given: unknown): Settings["authorize"] {
  if (given === undefined || typeof given === "function") return given as Settings["authorize"];
  throw new TypeError("authorize must be a function.");
}

function schema(name: string, given: unknown): StandardSchemaV1 {
  // Some libraries' schemas are functions with properties.
  const standard =
    typeof given === "function" || (typeof given === "object" && given !== null)
      ? (given as Partial<StandardSchemaV1>)["~standard"]
      : undefined;
  if (typeof standard?.validate === "function") return given as StandardSchemaV1;
  throw new TypeError(`${name} must be a Standard Schema, as zod, valibot and arktype make them.`);
}

function messages(given: unknown): ReadonlyMap<string, StandardSchemaV1> | undefined {
  if (given === undefined) return undefined;
  return new Map(
    Object.entries(record("messages", given)).map(([type, value]) => [type, schema(`messages.${type}`, value)]),
  );
}
