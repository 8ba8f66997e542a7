import type { SchemaInput, SchemaOutput, StandardSchemaV1 } from "@sig/protocol";
import { SignalingError } from "./errors.js";

/** Message type -> schema of its data, of any library that speaks Standard Schema. */
export type MessageSchemas = Record<string, StandardSchemaV1>;

/** Where diagnostics go. Never SDP, candidates, keys, tokens or message data. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** How a lost signaling connection is taken up again. Times in milliseconds. */
export interface RecoveryPolicy {
  /** Wait before the first repeated join; each wait after it is a random part of twice the one before ("full jitter"). */
  rejoinDelayMs: number;
  /** The longest wait between two joins. */
  rejoinMaxDelayMs: number;
  /** How long a peer that is missing after a rejoin may take to come back, while no media flows to it. */
  absentMs: number;
}

export interface PeerManagerOptions<Messages extends MessageSchemas = MessageSchemas, Metadata = unknown> {
  /** Passed to every `RTCPeerConnection`. */
  rtc?: Omit<RTCConfiguration, "iceServers">;
  /** Used instead of the list the server sends. */
  iceServers?: RTCIceServer[];
  /** The class to connect with; default: the browser's. */
  RTCPeerConnection?: typeof RTCPeerConnection;
  /** What the others see of you: any JSON. */
  metadata?: Metadata;
  /** What `send` may say: message type -> schema. Judged on both ends; must validate synchronously. Absent: any JSON. */
  messages?: Messages;
  /** Whether each pair has a data channel for `send`; default true. */
  dataChannel?: boolean;
  /** False sends a description only once all its candidates are in it, or after `gatherTimeoutMs`; default true. */
  trickle?: boolean;
  /** Default 2000 ms. */
  gatherTimeoutMs?: number;
  recovery?: Partial<RecoveryPolicy>;
  logger?: Logger;
}

/** What `send` takes for a message type. */
export type MessageInput<Messages extends MessageSchemas, Type extends keyof Messages> = SchemaInput<Messages[Type]>;
/** What a listener gets for a message type. */
export type MessageOutput<Messages extends MessageSchemas, Type extends keyof Messages> = SchemaOutput<Messages[Type]>;

/** The options with every default in its place. */
export interface Settings {
  readonly rtc: Omit<RTCConfiguration, "iceServers">;
  readonly iceServers: RTCIceServer[] | undefined;
  readonly RTCPeerConnection: typeof RTCPeerConnection | undefined;
  readonly messages: MessageSchemas | undefined;
  readonly dataChannel: boolean;
  readonly trickle: boolean;
  readonly gatherTimeoutMs: number;
  readonly recovery: RecoveryPolicy;
  readonly logger: Logger | undefined;
}

export function readOptions(options: PeerManagerOptions): Settings {
  const { recovery = {}, gatherTimeoutMs = 2000 } = options;
  const settings: Settings = {
    rtc: options.rtc ?? {},
    iceServers: options.iceServers,
    RTCPeerConnection: options.RTCPeerConnection,
    messages: options.messages,
    dataChannel: options.dataChannel ?? true,
    trickle: options.trickle ?? true,
    gatherTimeoutMs,
    recovery: {
      rejoinDelayMs: recovery.rejoinDelayMs ?? 500,
      rejoinMaxDelayMs: recovery.rejoinMaxDelayMs ?? 10_000,
      absentMs: recovery.absentMs ?? 30_000,
    },
    logger: options.logger,
  };
  requireTimes({ gatherTimeoutMs, ...settings.recovery });
  for (const [type, schema] of Object.entries(settings.messages ?? {})) {
    if (typeof (schema as Partial<StandardSchemaV1>)["~standard"]?.validate !== "function") {
      throw invalid(`messages.${type} is not a Standard Schema. Pass a schema of zod, valibot, arktype or another library that speaks it.`);
    }
  }
  return settings;
}

function requireTimes(times: Record<string, number>): void {
  for (const [name, value] of Object.entries(times)) {
    if (!Number.isFinite(value) || value < 0) throw invalid(`${name} must be a number of milliseconds, 0 or more.`);
  }
}

export function invalid(message: string): SignalingError {
  return new SignalingError("INVALID_ARGUMENT", message);
}
