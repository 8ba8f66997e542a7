import {
  createServerEvents,
  defaultLimits,
  parse,
  readingLimits,
  type IceServer,
  type Limits,
  type StandardSchemaV1,
} from "@sig/protocol";
import { systemClock, type Clock } from "./clock.js";
import { readIceServerShapes } from "./ice-server-shapes.js";
import {
  knownNames,
  longestDelayMs,
  methods,
  numberFrom,
  optionalBoolean,
  optionalFunction,
  record,
  wholeNumber,
} from "./option-checks.js";
import { type Authorize, type IceServersFor, type SignalingOptions } from "./options.js";
import { defaultRateLimit, type RateLimit } from "./rate-limit.js";
import { MemoryRoster } from "./roster/memory-roster.js";
import { type Roster } from "./roster/roster.js";
import { type Tracer } from "./tracing/tracer.js";

/** The options, checked and completed with the defaults. */
export interface Settings {
  readonly iceServers: readonly IceServer[] | IceServersFor | undefined;
  readonly authorize: Authorize | undefined;
  readonly metadata: StandardSchemaV1 | undefined;
  readonly messages: ReadonlyMap<string, StandardSchemaV1> | undefined;
  readonly maxPeersPerRoom: number;
  readonly evictAway: boolean;
  readonly maxRoomsPerSocket: number;
  readonly graceMs: number;
  readonly authorizeTimeoutMs: number;
  readonly limits: Limits;
  readonly rateLimit: RateLimit | undefined;
  readonly maxQueuedBytes: number;
  readonly roster: Roster;
  readonly eventPrefix: string;
  readonly tracer: Tracer | undefined;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly epochMs: () => number;
}

export const defaults = {
  /**
   * Each peer connects with every other: far fewer than these make a page slow. The bound is for those who want to fill
   * a room.
   */
  maxPeersPerRoom: 64,
  /** A page is in one room, an operator's console in a few. */
  maxRoomsPerSocket: 8,
  /** A change of network takes some seconds, and a phone in a tunnel or a restart of the server up to half a minute. */
  graceMs: 30_000,
  /**
   * An application that asks its database answers within a second. A person who waits longer than this reloads the
   * page.
   */
  authorizeTimeoutMs: 5_000,
  /**
   * A newcomer to a room of 64 is sent its list, and 63 answers with their candidates: about a megabyte with large
   * descriptions, and up to two more if everyone has as much metadata as there may be.
   */
  maxQueuedBytes: 4 * 1024 * 1024,
} as const;

const optionNames: Record<keyof SignalingOptions, true> = {
  iceServers: true,
  authorize: true,
  metadata: true,
  messages: true,
  maxPeersPerRoom: true,
  evictAway: true,
  maxRoomsPerSocket: true,
  graceMs: true,
  authorizeTimeoutMs: true,
  limits: true,
  rateLimit: true,
  maxQueuedBytes: true,
  roster: true,
  eventPrefix: true,
  tracer: true,
  logger: true,
  clock: true,
};

/**
 * @param namespace the name of the namespace that is served
 * @throws TypeError that names the invalid option
 */
export function settleOptions(options: SignalingOptions, namespace: string): Settings {
  // JavaScript has no types: a misspelled `authorize` must not let everyone in.
  knownNames("", options, optionNames);
  methods("logger", options.logger, ["debug", "info", "warn", "error"]);
  const roster = typeof options.roster === "function" ? options.roster(namespace) : options.roster;
  methods("roster", roster, ["add", "update", "remove", "ban", "find", "list", "rooms"]);
  methods("tracer", options.tracer, ["startSpan"]);
  methods("clock", options.clock, ["now", "after"]);
  const { maxPeersPerRoom, maxRoomsPerSocket, graceMs, authorizeTimeoutMs, maxQueuedBytes } = {
    ...defaults,
    ...given(options),
  };
  const clock = options.clock ?? systemClock;
  return {
    iceServers: iceServers(options.iceServers),
    authorize: optionalFunction("authorize", options.authorize),
    metadata: options.metadata === undefined ? undefined : schema("metadata", options.metadata),
    messages: messages(options.messages),
    evictAway: optionalBoolean("evictAway", options.evictAway) ?? false,
    maxPeersPerRoom: wholeNumber("maxPeersPerRoom", maxPeersPerRoom, 1),
    maxRoomsPerSocket: wholeNumber("maxRoomsPerSocket", maxRoomsPerSocket, 1),
    graceMs: wholeNumber("graceMs", graceMs, 0, longestDelayMs),
    authorizeTimeoutMs: wholeNumber("authorizeTimeoutMs", authorizeTimeoutMs, 1, longestDelayMs),
    limits: limits(options.limits),
    rateLimit: options.rateLimit === false ? undefined : rateLimit(options.rateLimit),
    maxQueuedBytes: wholeNumber("maxQueuedBytes", maxQueuedBytes, 1),
    roster: roster ?? new MemoryRoster({ clock }),
    eventPrefix: eventPrefix(options.eventPrefix),
    tracer: options.tracer,
    clock,
    epochMs: () => clock.epochMs?.() ?? Date.now(),
  };
}

function eventPrefix(value: unknown = ""): string {
  if (typeof value === "string" && value.length <= 64) return value;
  throw new TypeError("eventPrefix must be a string of at most 64 characters.");
}

/** The fields of an object that are not undefined. */
function given<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}

function limits(options: unknown): Limits {
  if (options === undefined) return defaultLimits;
  knownNames("limits", options, defaultLimits);
  const settled = { ...defaultLimits };
  for (const [name, value] of Object.entries(given(record("limits", options)))) {
    // Clients read nothing longer.
    settled[name as keyof Limits] = wholeNumber(`limits.${name}`, value, 1, readingLimits[name as keyof Limits]);
  }
  return settled;
}

function rateLimit(options: unknown): RateLimit {
  if (options === undefined) return defaultRateLimit;
  knownNames("rateLimit", options, { ...defaultRateLimit, maxRefusals: true });
  const settled = { ...defaultRateLimit };
  for (const [name, value] of Object.entries(given(record("rateLimit", options)))) {
    const current = name === "maxRefusals" ? "maxRejections" : (name as Exclude<keyof RateLimit, "maxRefusals">);
    settled[current] = numberFrom(`rateLimit.${name}`, value, 0, name === "burstPerPeer");
  }
  return settled;
}

function iceServers(options: unknown): Settings["iceServers"] {
  if (options === undefined || typeof options === "function") return options as IceServersFor | undefined;
  const read = parse(createServerEvents(readingLimits).iceServers, readIceServerShapes(options));
  if (!read.ok)
    throw new TypeError(
      `iceServers must be a list of { urls, username?, credential? }, or a function that makes one. ${read.message}`,
    );
  return read.value.iceServers;
}

function schema(name: string, value: unknown): StandardSchemaV1 {
  // The schemas of some libraries are functions with properties.
  const standard =
    typeof value === "function" || (typeof value === "object" && value !== null)
      ? (value as Partial<StandardSchemaV1>)["~standard"]
      : undefined;
  if (typeof standard?.validate === "function") return value as StandardSchemaV1;
  throw new TypeError(`${name} must be a Standard Schema, such as zod, valibot and arktype make.`);
}

function messages(options: unknown): ReadonlyMap<string, StandardSchemaV1> | undefined {
  if (options === undefined) return undefined;
  return new Map(
    Object.entries(record("messages", options)).map(([type, value]) => [type, schema(`messages.${type}`, value)]),
  );
}
