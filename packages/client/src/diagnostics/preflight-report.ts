import type { Clock } from "../util/clock.js";

export interface PreflightOptions {
  /** The room to be joined. A server with `authorize` sends its ICE servers only to peers that may join. */
  room?: string;
  /** The token that `join` would send. */
  token?: string;
  /** The ICE servers to try. Default: those that the signaling server sends. */
  iceServers?: readonly RTCIceServer[];
  /**
   * The timeout of the whole check in milliseconds; the signaling server gets half of it. Default 10 000: browsers wait
   * about as long for an ICE server.
   */
  timeoutMs?: number;
  /** As for `PeerManager`. */
  eventPrefix?: string;
  /** Aborts the check. */
  signal?: AbortSignal;
  /** The class to connect with. Default: the browser's. */
  RTCPeerConnection?: typeof RTCPeerConnection;
  /** For tests: the clock that measures the timeout. */
  clock?: Clock;
}

/** The result for one address of a STUN or TURN server. */
export interface PreflightServer {
  /** The URL without its query. */
  readonly url: string;
  readonly kind: "stun" | "turn";
  readonly transport: "udp" | "tcp" | "tls";
  /**
   * `answers`: the server works. `refuses`: it answered with the error `code`. `silent`: it did not answer in time.
   * `invalid`: the browser rejects the address, or the credentials are missing.
   */
  readonly outcome: "answers" | "refuses" | "silent" | "invalid";
  /** The error code if it refuses: 401 if the credentials are wrong or have expired (RFC 8656 section 19). */
  readonly code?: number;
  /** Milliseconds until it answered. */
  readonly afterMs?: number;
}

export interface PreflightReport {
  /**
   * Who can be called from here. `everywhere`: a TURN server relays. `direct`: no TURN server relays, but a public
   * address is known. `network`: only people on this network. `nowhere`: the browser or a firewall blocks all
   * connections.
   */
  readonly reach: "everywhere" | "direct" | "network" | "nowhere";
  /** Whether the signaling server sent its ICE servers. `given`: the caller passed `iceServers`. */
  readonly signaling: "answered" | "refused" | "silent" | "given";
  /** One entry for each address of each ICE server. */
  readonly servers: readonly PreflightServer[];
  /** Which types of candidates were gathered. `hidden`: local addresses have `.local` names (mDNS). */
  readonly candidates: {
    readonly host: boolean;
    readonly hidden: boolean;
    readonly srflx: boolean;
    readonly relay: boolean;
  };
  /** The report in sentences, the most important first. They contain no credentials and no addresses of people. */
  readonly sentences: readonly string[];
}

/** The answer of the signaling server. */
export interface Asked {
  readonly signaling: PreflightReport["signaling"];
  readonly iceServers: readonly RTCIceServer[];
  /** Why it rejected the request: its message and code. */
  readonly rejection?: string;
}
