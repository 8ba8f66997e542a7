import { validateJson, type StandardSchemaV1 } from "@sig/protocol/page";
import { defaultRecovery } from "./negotiation/recovery-defaults.js";
import { maxJsonDepth } from "./negotiation/bounds.js";
import { systemClock, type Clock } from "./util/clock.js";
import { gatherTimeoutMs as defaultGatherTimeoutMs } from "./negotiation/time-constants.js";
import { SignalingError } from "./errors.js";
import type { MessageSchemas } from "./peer/message-schemas.js";
import type { Peer } from "./peer/peer.js";
import type { Logger } from "./util/logger.js";
import type { Abilities } from "./negotiation/negotiation-profile.js";
import type { RecoveryTimes } from "./negotiation/recovery.js";

/**
 * The waits of recovery, for signaling and for the path between two peers (docs/recovery.md). Times in milliseconds.
 */
export interface RecoveryPolicy extends RecoveryTimes {
  /**
   * Wait before the first repeated join; each wait after it is a random part of twice the one before ("full jitter").
   */
  rejoinDelayMs: number;
  /** The longest wait between two joins. */
  rejoinMaxDelayMs: number;
  /** How long a peer may take to return if it is missing after a rejoin and not connected. */
  absentMs: number;
  /**
   * ICE is restarted if nothing arrives for this long from a peer that sends media. 0 waits for ICE to fail. Default
   * 1000.
   */
  silentMs: number;
  /**
   * An offer without an answer is resent after this time, three times; then the connection is replaced. Default 10000.
   */
  answerMs: number;
}

export interface PeerManagerOptions<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  /** Passed to every `RTCPeerConnection`. */
  rtc?: Omit<RTCConfiguration, "iceServers">;
  /** Used instead of the list the server sends. */
  iceServers?: RTCIceServer[];
  /** The class of the connections. Default: the browser's. */
  RTCPeerConnection?: typeof RTCPeerConnection;
  /** `false` for each feature that this class lacks; the other peers adapt. Default: everything a browser supports. */
  capabilities?: Partial<StackCapabilities>;
  /** What the others see of you: any JSON. */
  metadata?: Metadata;
  /** The messages of `send`: type -> schema. Validated on both ends, synchronously. Absent: any JSON. */
  messages?: Messages;
  /** Whether there is a data channel for `send` with each peer; default true. */
  dataChannel?: boolean;
  /** `false` sends a description once it contains all candidates, or after `gatherTimeoutMs`; default true. */
  trickle?: boolean;
  /** Default 2000 ms. */
  gatherTimeoutMs?: number;
  recovery?: Partial<RecoveryPolicy>;
  /**
   * Called for every connection, also for one that replaces another, before its first offer or answer is made: its
   * transceivers and channels are there and take codec preferences and encryption transforms. Transceivers that the
   * peer's offer adds come with the connection's own `track` event, before the answer. Must not be asynchronous.
   * With it, a first offer waits until the server has answered the join: it takes one round trip longer.
   */
  onConnection?(connection: RTCPeerConnection, peer: Peer<Messages, Metadata>): void;
  /**
   * Put before the name of each signaling event, as by the same option of the server: for a namespace where the
   * application uses such names itself. Default: none.
   */
  eventPrefix?: string;
  logger?: Logger;
  /** For tests: replaces time and timers. */
  clock?: Clock;
}

/** What a class of connections can do. */
export interface StackCapabilities extends Abilities {
  /** Whether `setLocalDescription` makes the description itself. Found out by the first call if it is not given. */
  readonly implicitDescriptions: boolean;
}

/** The options with all defaults filled in. */
export interface Settings extends Omit<PeerManagerOptions, "recovery"> {
  readonly dataChannel: boolean;
  readonly capabilities: Abilities;
  readonly implicitDescriptions: boolean;
  readonly trickle: boolean;
  readonly gatherTimeoutMs: number;
  readonly recovery: RecoveryPolicy;
  readonly eventPrefix: string;
  readonly clock: Clock;
}

const defaults = {
  rtc: undefined,
  iceServers: undefined,
  RTCPeerConnection: undefined,
  capabilities: {},
  metadata: undefined,
  messages: undefined,
  dataChannel: true,
  trickle: true,
  gatherTimeoutMs: defaultGatherTimeoutMs,
  recovery: {},
  onConnection: undefined,
  eventPrefix: "",
  logger: undefined,
  clock: systemClock,
} satisfies Record<keyof PeerManagerOptions, unknown>;

/**
 * The options that are given, and the defaults of the others. Throws `INVALID_ARGUMENT` for one without a default: a
 * misspelled option would do nothing.
 */
export function withDefaults<Defaults extends object, Given extends object>(
  known: Defaults,
  given: Given,
  prefix = "",
): Defaults & Given {
  if (Object(given) !== given) throw mustBe("options", "an object");
  const settled = { ...known } as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name))
      throw invalid(`Unknown option "${prefix}${name}". Known: ${Object.keys(known).join(", ")}.`);
    if (value !== undefined) settled[name] = value;
  }
  return settled as Defaults & Given;
}

export function readOptions(given: PeerManagerOptions): Settings {
  const settled = withDefaults(defaults, given);
  const recovery: RecoveryPolicy = withDefaults(defaultRecovery, settled.recovery, "recovery.");
  for (const [name, value] of Object.entries({ ...recovery, gatherTimeoutMs: settled.gatherTimeoutMs })) {
    if (!Number.isFinite(value) || value < 0) throw mustBe(name, "a number from 0");
  }
  for (const [type, schema] of Object.entries(given.messages ?? {})) {
    if (typeof (schema as Partial<StandardSchemaV1>)["~standard"]?.validate !== "function") {
      throw mustBe(`messages.${type}`, "a Standard Schema (zod, valibot, arktype)");
    }
  }
  const { implicitDescriptions = true, ...theirs } = settled.capabilities as PeerManagerOptions["capabilities"] &
    object;
  const all = { trickle: true, rollback: true, renegotiate: true, restart: true };
  return { ...settled, recovery, implicitDescriptions, capabilities: { ...all, ...theirs } };
}

/** Throws `INVALID_ARGUMENT` for what is not JSON, and for more than `maxKib` times 1024 code units of it. */
export function requireJson(name: string, value: unknown, maxKib: number): void {
  if (value === undefined || validateJson(value, maxKib * 1024, maxJsonDepth) !== "ok")
    throw mustBe(name, `plain JSON of at most ${maxKib} KiB and ${maxJsonDepth} levels`);
}

/** `Invalid NAME: it must be WHAT.` */
export function mustBe(name: string, what: string): SignalingError {
  return invalid(`Invalid ${name}: it must be ${what}.`);
}

export function invalid(message: string): SignalingError {
  return new SignalingError("INVALID_ARGUMENT", message);
}
