import { type Logger } from "../logger.js";
import { type Verdict } from "../options.js";
import { knownNames, longestDelayMs, methods, whole } from "../settings.js";

/** The HTTP request of a WebSocket: an `IncomingMessage` of Node's, as far as it is of interest here. */
export interface UpgradeRequest {
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** A device at the door: what its address said, and the request that it came with. */
export interface DeviceRequest {
  /** What it came with: headers (`origin` among them, where a web page makes it) and address. */
  readonly request: UpgradeRequest;
  readonly room: string;
  readonly token?: string;
  /** Whether it said `gather=1`. */
  readonly gather: boolean;
  readonly name?: string;
}

/** Every option may be left out. A value that cannot be meant throws a `TypeError` that names the option. */
export interface DeviceGatewayOptions {
  /**
   * The path of the address that devices connect to, without a query: compared as it is sent, so that what is not ASCII is written
   * percent-encoded. It must not begin as that of Socket.IO does. Default `/device`.
   */
  path?: string | undefined;
  /**
   * Asked of every device before it joins, and before the `authorize` of the signaling is, which is asked too. False or a
   * reason refuses with `UNAUTHORIZED`, as does a function that throws or takes longer than `authorizeTimeoutMs`.
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function that only refuses, by throwing, returns nothing
  authorize?: ((device: DeviceRequest) => Verdict | void | PromiseLike<Verdict | void>) | undefined;
  /** Milliseconds. Default 5 000. */
  authorizeTimeoutMs?: number | undefined;
  /**
   * What the others see of a device as its metadata: any JSON, judged by the signaling's schema where it has one. Default:
   * `{ name }` with the `name` of the address, or nothing.
   */
  metadata?: ((device: DeviceRequest) => unknown) | undefined;
  /** Milliseconds of silence after which a device is asked for a sign of life. Default 8 000. */
  pingIntervalMs?: number | undefined;
  /** Milliseconds that it has to give one; then it is gone. Default 5 000: with the interval, 13 seconds at most. */
  pingTimeoutMs?: number | undefined;
  /** Milliseconds that an offer waits for its candidates, for a device with `gather=1`. Default 2 000. */
  gatherTimeoutMs?: number | undefined;
  /** Bytes of one message of a device. Default: the signaling's limit for descriptions and a quarter more, for line ends that are escaped; 320 KiB. */
  maxPayload?: number | undefined;
  /** Bytes that may wait to be sent to a device that reads too slowly; past that it is cut off. Default 1 MiB. */
  maxQueuedBytes?: number | undefined;
  /** Silent by default. */
  logger?: Logger | undefined;
}

/** The options, judged and filled up. */
export interface DeviceSettings {
  readonly path: string;
  readonly authorize: ((device: DeviceRequest) => Verdict | PromiseLike<Verdict>) | undefined;
  readonly authorizeTimeoutMs: number;
  readonly metadata: ((device: DeviceRequest) => unknown) | undefined;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly gatherTimeoutMs: number;
  readonly maxPayload: number;
  readonly maxQueuedBytes: number;
}

const optionNames: Record<keyof DeviceGatewayOptions, true> = {
  path: true,
  authorize: true,
  authorizeTimeoutMs: true,
  metadata: true,
  pingIntervalMs: true,
  pingTimeoutMs: true,
  gatherTimeoutMs: true,
  maxPayload: true,
  maxQueuedBytes: true,
  logger: true,
};

/** @throws TypeError that names the option that cannot be meant */
export function settleDevice(options: DeviceGatewayOptions, maxSdp: number): DeviceSettings {
  knownNames("the options", options, optionNames);
  methods("logger", options.logger, ["debug", "info", "warn", "error"]);
  return {
    path: path(options.path ?? "/device"),
    authorize: optionalFunction("authorize", options.authorize) as DeviceSettings["authorize"],
    authorizeTimeoutMs: whole("authorizeTimeoutMs", options.authorizeTimeoutMs ?? 5_000, 1, longestDelayMs),
    metadata: optionalFunction("metadata", options.metadata),
    pingIntervalMs: whole("pingIntervalMs", options.pingIntervalMs ?? 8_000, 1, longestDelayMs),
    pingTimeoutMs: whole("pingTimeoutMs", options.pingTimeoutMs ?? 5_000, 1, longestDelayMs),
    gatherTimeoutMs: whole("gatherTimeoutMs", options.gatherTimeoutMs ?? 2_000, 0, longestDelayMs),
    maxPayload: whole("maxPayload", options.maxPayload ?? Math.ceil(maxSdp * 1.25), 1, longestDelayMs),
    maxQueuedBytes: whole("maxQueuedBytes", options.maxQueuedBytes ?? 1024 * 1024, 1),
  };
}

function path(value: unknown): string {
  // It is compared with what a request says, byte for byte.
  if (typeof value === "string" && /^\/[!-~]*$/.test(value) && !/[?#]/.test(value)) return value;
  throw new TypeError('path must be a text of visible ASCII characters that begins with "/", without a query.');
}

function optionalFunction<Value>(name: string, value: Value): Value {
  if (value === undefined || typeof value === "function") return value;
  throw new TypeError(`${name} must be a function.`);
}
