import { dictionary, enforceRange, oneOf } from "./webidl.js";

/** A configuration with all its defaults, as `getConfiguration` returns it. */
export type FullConfiguration = Required<RTCConfiguration>;

/** Reads a configuration as the constructor of a browser does, with its errors (W3C section 4.4.1.1). */
export function readConfiguration(given: RTCConfiguration | null | undefined): FullConfiguration {
  const {
    iceServers = [],
    iceTransportPolicy = "all",
    bundlePolicy = "balanced",
    rtcpMuxPolicy = "require",
    iceCandidatePoolSize = 0,
    certificates = [],
  } = dictionary(given, "The configuration");
  if (!isSequence(iceServers)) throw new TypeError("iceServers must be an array.");
  if (!isSequence(certificates)) throw new TypeError("certificates must be an array.");
  oneOf(iceTransportPolicy, ["all", "relay"], "iceTransportPolicy");
  oneOf(bundlePolicy, ["balanced", "max-compat", "max-bundle"], "bundlePolicy");
  oneOf(rtcpMuxPolicy, ["require", "negotiate"], "rtcpMuxPolicy");
  return {
    iceServers: [...iceServers].map(readServer),
    iceTransportPolicy,
    bundlePolicy,
    rtcpMuxPolicy,
    iceCandidatePoolSize: enforceRange(iceCandidatePoolSize, "iceCandidatePoolSize", 255),
    certificates: [...certificates],
  };
}

/** Reads another configuration for a connection; `hasLocal`: it has a local description. */
export function changedConfiguration(
  before: FullConfiguration,
  given: RTCConfiguration | null | undefined,
  hasLocal: boolean,
): FullConfiguration {
  const after = readConfiguration(given);
  for (const fixed of [
    "bundlePolicy",
    "rtcpMuxPolicy",
    ...(hasLocal ? ["iceCandidatePoolSize" as const] : []),
  ] as const) {
    if (after[fixed] !== before[fixed])
      throw new DOMException(`${fixed} cannot be changed.`, "InvalidModificationError");
  }
  return after;
}

function isSequence(value: unknown): boolean {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function readServer(given: RTCIceServer): RTCIceServer {
  const { urls, username, credential } = dictionary(given, "An ICE server") as Partial<RTCIceServer>;
  if (urls === undefined) throw new TypeError("An ICE server needs urls.");
  const list = typeof urls === "string" ? [urls] : [...urls];
  if (list.length === 0) throw new DOMException("An ICE server has an empty list of urls.", "SyntaxError");
  for (const url of list) {
    if (!isUrl(url)) throw new DOMException(`"${url}" is not a URL of an ICE server.`, "SyntaxError");
    if (/^turns?:/i.test(url) && (!hasText(username) || !hasText(credential)))
      throw new DOMException(`"${url}" needs a username and a credential.`, "InvalidAccessError");
  }
  return { urls: list, username: username ?? "", credential: credential ?? "" };
}

/** RFC 7064 and RFC 7065: no slashes, and `transport` for TURN alone. */
function isUrl(url: string): boolean {
  const port = /^stuns?:(?:\[[\da-f:.]+\]|[^\s/?:@[\]]+)(?::(\d+))?$/i.exec(url);
  const turn = /^turns?:(?:\[[\da-f:.]+\]|[^\s/?:@[\]]+)(?::(\d+))?(?:\?transport=(?:udp|tcp))?$/i.exec(url);
  const found = port ?? turn;
  return found !== null && Number(found[1] ?? 0) <= 65_535;
}

function hasText(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
