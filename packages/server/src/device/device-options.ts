import { systemClock, type Clock } from "../clock.js";
import { type ConnectionLimit } from "../connections/limit-connections.js";
import { type Logger } from "../logger.js";
import { knownNames, longestDelayMs, methods, optionalFunction, shown, wholeNumber } from "../option-checks.js";
import { type Grant } from "../grant.js";
import { type Verdict } from "../options.js";
import { systemRandomBytes, type RandomBytes } from "../random.js";

/** The HTTP request of a WebSocket: the members of Node's `IncomingMessage` that are used here. */
export interface UpgradeRequest {
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** A device that asks to join: the parameters of its address, and the request that it connected with. */
export interface DeviceRequest {
  /** Its headers and its address. A web page that connects sends the header `origin`. */
  readonly request: UpgradeRequest;
  readonly room: string;
  readonly token?: string;
  /** Whether the address has `gather=1`. */
  readonly gather: boolean;
  readonly name?: string;
}

/** All options are optional. An invalid value throws a `TypeError` that names the option. */
export interface DeviceGatewayOptions {
  /**
   * The path of the address that devices connect to, without a query. It is compared as it is sent: write characters
   * outside ASCII percent-encoded. It must not begin with the path of Socket.IO. Default `/device`.
   */
  path?: string | undefined;
  /**
   * Decides on every device before it joins. The `authorize` of the signaling is called after it. A device is rejected
   * for good (`UNAUTHORIZED`, close code 1008) by `false`, a sentence, or a thrown `Unauthorized`. If the function
   * throws anything else or takes longer than `authorizeTimeoutMs`, the device may try again (`INTERNAL`, close code
   * 1013). A `Grant` admits it, as in `authorize` of the signaling; where that grants a field as well, the latter
   * counts. At its `expiresAt` both run again. Default: every device may join.
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function that only throws returns nothing
  authorize?: ((device: DeviceRequest) => Verdict | Grant | void | PromiseLike<Verdict | Grant | void>) | undefined;
  /** Milliseconds that each call of `authorize` or `metadata` may take. Default 5 000. */
  authorizeTimeoutMs?: number | undefined;
  /**
   * Makes the metadata of a device as the others receive it: any JSON, validated by the signaling's schema if it has
   * one. Default: `{ name }` with the `name` of the address, or nothing.
   */
  metadata?: ((device: DeviceRequest) => unknown) | undefined;
  /** Milliseconds without a frame from the device after which it is pinged. Default 8 000. */
  pingIntervalMs?: number | undefined;
  /** Milliseconds that a device has to answer a ping before it is disconnected. Default 5 000. */
  pingTimeoutMs?: number | undefined;
  /** Milliseconds that an offer waits for its candidates, for a device with `gather=1`. Default 2 000. */
  gatherTimeoutMs?: number | undefined;
  /**
   * The most bytes in one message from a device. Default: the signaling's limit for `sdp` and a quarter more, 320 KiB.
   */
  maxPayload?: number | undefined;
  /**
   * Bytes that may wait to be sent to a device that reads too slowly; beyond that it is disconnected. Default 1 MiB.
   */
  maxQueuedBytes?: number | undefined;
  /**
   * Counts the connections of devices together with those of Socket.IO: what `limitConnections` has returned. A device
   * whose address has too many is answered with status 429. Default: no limit by address.
   */
  connectionLimit?: Pick<ConnectionLimit, "open"> | undefined;
  /** Receives the log. Default: no log. */
  logger?: Logger | undefined;
  /** Replaces the clock, for tests. Default: the clock of this process. */
  clock?: Clock | undefined;
  /**
   * Replaces the source of ids and keys, for tests. Outside tests it must be unpredictable. Default: Node's `crypto`.
   */
  randomBytes?: RandomBytes | undefined;
}

/** The options, checked and completed with the defaults. */
export interface DeviceSettings {
  readonly path: string;
  readonly authorize: DeviceGatewayOptions["authorize"];
  readonly authorizeTimeoutMs: number;
  readonly metadata: ((device: DeviceRequest) => unknown) | undefined;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly gatherTimeoutMs: number;
  readonly maxPayload: number;
  readonly maxQueuedBytes: number;
  readonly connectionLimit: Pick<ConnectionLimit, "open"> | undefined;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
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
  connectionLimit: true,
  logger: true,
  clock: true,
  randomBytes: true,
};

/** @throws TypeError that names the invalid option */
export function settleDeviceOptions(options: DeviceGatewayOptions, maxSdp: number): DeviceSettings {
  knownNames("", options, optionNames);
  methods("logger", options.logger, ["debug", "info", "warn", "error"]);
  methods("clock", options.clock, ["now", "after"]);
  methods("connectionLimit", options.connectionLimit, ["open"]);
  return {
    path: path(options.path ?? "/device"),
    authorize: optionalFunction("authorize", options.authorize),
    authorizeTimeoutMs: wholeNumber("authorizeTimeoutMs", options.authorizeTimeoutMs ?? 5_000, 1, longestDelayMs),
    metadata: optionalFunction("metadata", options.metadata),
    pingIntervalMs: wholeNumber("pingIntervalMs", options.pingIntervalMs ?? 8_000, 1, longestDelayMs),
    pingTimeoutMs: wholeNumber("pingTimeoutMs", options.pingTimeoutMs ?? 5_000, 1, longestDelayMs),
    gatherTimeoutMs: wholeNumber("gatherTimeoutMs", options.gatherTimeoutMs ?? 2_000, 0, longestDelayMs),
    maxPayload: wholeNumber("maxPayload", options.maxPayload ?? Math.ceil(maxSdp * 1.25), 1, longestDelayMs),
    maxQueuedBytes: wholeNumber("maxQueuedBytes", options.maxQueuedBytes ?? 1024 * 1024, 1),
    connectionLimit: options.connectionLimit,
    clock: options.clock ?? systemClock,
    randomBytes: optionalFunction("randomBytes", options.randomBytes) ?? systemRandomBytes,
  };
}

function path(value: unknown): string {
  // It is compared with the path of a request byte for byte.
  if (typeof value === "string" && /^\/[!-~]*$/.test(value) && !/[?#]/.test(value)) return value;
  throw new TypeError(
    `path must be a string of visible ASCII characters that begins with "/", without a query, not ${shown(value)}.`,
  );
}
