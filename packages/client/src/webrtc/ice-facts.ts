import type { Clock } from "../clock.js";
import type { PeerConnection } from "./peer-connection.js";

/** What a STUN or TURN server answered, or 701 for none that could be reached (W3C `icecandidateerror`). */
export interface IceServerProblem {
  readonly url: string;
  readonly code: number;
}

/** What is known about one connection's way through the network. Times in milliseconds. */
export interface IceSnapshot {
  readonly ice: RTCIceConnectionState | undefined;
  readonly iceForMs: number;
  readonly gathering: RTCIceGatheringState;
  readonly gatheringForMs: number;
  /** The kinds of both sides' candidates, `host`, `srflx`, `prflx`, `relay` (RFC 8839 section 5.1); never an address. */
  readonly local: readonly string[];
  readonly remote: readonly string[];
  readonly problems: readonly IceServerProblem[];
  readonly relayOnly: boolean;
  /** The path in use, and the protocol on our side of it; known shortly after the connection stands. */
  readonly path: { readonly relayed: boolean; readonly protocol: string } | undefined;
}

/** What is used beyond the port; a stack that lacks it is explained with less. */
type Connection = PeerConnection & Partial<Pick<RTCPeerConnection, "iceConnectionState" | "getConfiguration">>;

/** Collects what one connection lets be known about its way through the network, for `explain`. Ends with the connection. */
export class IceFacts {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #problems = new Map<string, IceServerProblem>();
  readonly #since: Partial<Record<string, number>> = {};
  #path: IceSnapshot["path"];

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    for (const name of ["iceconnectionstatechange", "icegatheringstatechange"] as const) {
      const begin = (): void => void (this.#since[name] = clock.now());
      begin();
      connection.addEventListener(name, begin);
    }
    connection.addEventListener("connectionstatechange", () => {
      // It may have been closed meanwhile, or the stack has no statistics.
      if (connection.connectionState === "connected") void this.#findPath().catch(() => undefined);
    });
    connection.addEventListener("icegatheringstatechange", () => {
      // A new ICE generation asks the servers anew.
      if (connection.iceGatheringState === "gathering") this.#problems.clear();
    });
    connection.addEventListener("icecandidateerror", ({ url, errorCode: code }) => {
      // Without its query, which may say more than where the server is.
      const server = url.replace(/\?.*/, "");
      this.#problems.set(server + String(code), { url: server, code });
    });
  }

  snapshot(): IceSnapshot {
    const { iceConnectionState, iceGatheringState, localDescription, remoteDescription } = this.#connection;
    const lasted = (name: string): number => this.#clock.now() - (this.#since[`${name}statechange`] ?? 0);
    return {
      ice: iceConnectionState,
      iceForMs: lasted("iceconnection"),
      gathering: iceGatheringState,
      gatheringForMs: lasted("icegathering"),
      local: kindsIn(localDescription),
      remote: kindsIn(remoteDescription),
      problems: [...this.#problems.values()],
      relayOnly: this.#connection.getConfiguration?.().iceTransportPolicy === "relay",
      path: this.#path,
    };
  }

  async #findPath(): Promise<void> {
    const stats = new Map<string | undefined, PathStats>();
    (await this.#connection.getStats()).forEach((entry: PathStats) => stats.set(entry.id, entry));
    const entries = [...stats.values()];
    const { selectedCandidatePairId } = entries.find(({ type }) => type === "transport") ?? {};
    const pair = stats.get(selectedCandidatePairId) ?? entries.find(({ selected }) => selected);
    const local = stats.get(pair?.localCandidateId);
    const remote = stats.get(pair?.remoteCandidateId);
    this.#path = local && remote && { relayed: [local, remote].some(({ candidateType }) => candidateType === "relay"), protocol: local.relayProtocol ?? local.protocol };
  }
}

/** The members of W3C webrtc-stats that tell which path is in use; Firefox marks it as `selected`. */
interface PathStats {
  readonly type: string;
  readonly id: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly relayProtocol?: string;
  // Of candidates.
  readonly candidateType: string;
  readonly protocol: string;
}

/** Those of one ICE generation; candidates that came since are in the description too (JSEP sections 4.1.8 and 4.1.19). */
function kindsIn(description: RTCSessionDescription | null): string[] {
  return Array.from(description?.sdp.matchAll(/^a=candidate:.* typ (\w+)/gm) ?? [], ([, kind = ""]) => kind);
}
