import type { Clock } from "../util/clock.js";

export interface PreflightOptions {
  /** The room that is about to be joined, and what `join` would show there: a server that decides who may join names its ICE servers to nobody else. */
  room?: string;
  token?: string;
  /** Those to try. Default: those that the server names. */
  iceServers?: readonly RTCIceServer[];
  /** Milliseconds for everything; the server may take half of it. Default 10 000: browsers wait as long for a server that is silent. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Default: the browser's. */
  RTCPeerConnection?: typeof RTCPeerConnection;
  clock?: Clock;
}

/** What one address of a STUN or TURN server did. */
export interface PreflightServer {
  /** Without its query. */
  readonly url: string;
  readonly kind: "stun" | "turn";
  readonly transport: "udp" | "tcp" | "tls";
  /**
   * `answers`: it does what it is for. `refuses`: it said no, with `code`. `silent`: nothing came back in time.
   * `invalid`: the browser takes no such address, or not without credentials.
   */
  readonly outcome: "answers" | "refuses" | "silent" | "invalid";
  /** Of a server that refuses: 401 for credentials that are wrong or have expired (RFC 8656 section 19). */
  readonly code?: number;
  /** Milliseconds until it had answered. */
  readonly afterMs?: number;
}

export interface PreflightReport {
  /**
   * How far calls go from here. `everywhere`: a relay answers. `direct`: a public address is known, and nobody relays.
   * `network`: within this network only. `nowhere`: the browser or a firewall allows none.
   */
  readonly reach: "everywhere" | "direct" | "network" | "nowhere";
  /** Whether the signaling server said which ICE servers there are; `given` where the caller did. */
  readonly signaling: "answered" | "refused" | "silent" | "given";
  readonly servers: readonly PreflightServer[];
  /** Which kinds of candidates this network yields. `hidden`: local addresses are behind `.local` names (mDNS). */
  readonly candidates: {
    readonly host: boolean;
    readonly hidden: boolean;
    readonly srflx: boolean;
    readonly relay: boolean;
  };
  /** All of it in sentences for people, the most important first. No credentials and no addresses of people are in them. */
  readonly sentences: readonly string[];
}

/** What the signaling server said of its ICE servers. */
export interface Asked {
  readonly signaling: PreflightReport["signaling"];
  readonly iceServers: readonly RTCIceServer[];
  /** Why it named none, in its own words. */
  readonly refusal?: string;
}
